import { accessibilityFacts, businessKinds } from '@carers/businesses';
import type { PlacedBranch } from '@carers/businesses';
import { offerFormOf } from '../offer-form.js';
import type { OfferText } from '../offer.entity.js';
import { type Answers, isOnline, pathBefore, type Step } from './join-flow.js';

/** What the page of a question shows before anything is typed: the answer given last time. */
export function formOf(step: Step, answers: Answers): object {
  const { offer } = answers;
  if (step === 'offer') return offer ? offerFormOf(offer) : {};
  return answers[step] ?? {};
}

/** What the page of a question needs beside its form. */
export function stepModel(step: Step, answers: Answers, categories: readonly string[], termsVersion: string): object {
  return {
    step,
    back: pathBefore(step, answers),
    kinds: businessKinds,
    categories,
    facts: accessibilityFacts,
    termsVersion,
    trade: answers.homes?.homes === 'yes',
    online: isOnline(answers),
  };
}

interface Row {
  /** Catalogue key of what was asked. */
  key: string;
  /** The answer as it was given, or a catalogue key. */
  lines: string[];
  step: Step;
}

/** The answers, for the last look before they are sent. */
export function checkModel(answers: Answers, placed: PlacedBranch, offer: OfferText) {
  const { name, kind, category, about, contact } = answers;
  const row = (key: string, step: Step, ...lines: (string | null | undefined)[]): Row => {
    const given = lines.filter((line): line is string => Boolean(line));
    return { key: `businesses:fields.${key}`, step, lines: given.length ? given : ['businesses:fields.nothing'] };
  };
  const place = placed.online
    ? [row('address', answers.kind?.kind === 'online' ? 'kind' : 'where', 'businesses:fields.online')]
    : [
        row('address', 'place', ...placed.addressLines, placed.town, placed.postcode),
        row('phone', 'place', placed.phone),
        row('opening', 'place', placed.opening),
        row('accessibility', 'access', ...(answers.access?.accessibility ?? []).map((fact) => `businesses:accessibility.${fact}`)),
      ];
  return {
    back: '/for-business/join/terms',
    business: [
      row('name', 'name', name?.name),
      row('kind', 'kind', `businesses:kinds.${kind?.kind}`),
      row('category', 'category', `businesses:categories.${category?.category}`),
      row('summary', 'about', about?.summary),
      row('website', 'about', about?.website),
      row('leaflet-code', 'about', about?.leafletCode),
    ],
    contact: [
      row('contact-name', 'contact', contact?.contactName),
      row('contact-email', 'contact', contact?.contactEmail),
      row('contact-phone', 'contact', contact?.contactPhone),
    ],
    place,
    offer: { title: offer.title, conditions: offer.conditions },
  };
}

import { accessibilityFacts, businessKinds, homeCustomers, homeTasks } from '@carers/businesses';
import type { PlacedBranch } from '@carers/businesses';
import { offerFormOf } from '../offer-form.js';
import type { OfferText } from '../offer.entity.js';
import { type Answers, isOnline, isTrade, pathBefore, type Step } from './join-flow.js';

/** What the page of a question shows before anything is typed: the answer given last time. */
export function formOf(step: Step, answers: Answers): object {
  const { offer } = answers;
  if (step === 'offer') return offer ? offerFormOf(offer) : {};
  // One name and one place is what most have.
  if (step === 'work') return workForm(answers);
  return answers[step] ?? {};
}

function workForm({ work }: Answers): object {
  if (!work) return { premises: '1', tradingNames: '1' };
  const [employees, premises, tradingNames] = [work.employees, work.premises, work.tradingNames].map(String);
  return { ...work, employees, premises, tradingNames };
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
    tasks: homeTasks,
    customers: homeCustomers,
    trade: isTrade(answers),
    placeTitle: `businesses:join.place.${isTrade(answers) ? 'trade-title' : 'title'}`,
    online: isOnline(answers),
  };
}

/** A line of an answer: what was typed, or the catalogue key of what was chosen. Typed text is never taken for a key. */
type Line = { text: string } | { key: string };

interface Row {
  /** Catalogue key of what was asked. */
  key: string;
  lines: Line[];
  step: Step;
}

function row(name: string, step: Step, lines: Line[]): Row {
  const shown = lines.length > 0 ? lines : [{ key: 'businesses:fields.nothing' }];
  return { key: `businesses:rows.${name}`, step, lines: shown };
}

/** What was typed, without the boxes that were left empty. */
function typed(...texts: (string | null | undefined)[]): Line[] {
  return texts.filter((text): text is string => Boolean(text)).map((text) => ({ text }));
}

/** What a trade said about its work in homes. */
function workRows(answers: Answers): Row[] {
  const { work } = answers;
  if (!isTrade(answers) || !work) return [];
  return [
    row(
      'tasks',
      'work',
      work.tasks.map((task) => ({ key: `businesses:join.work.${task}` })),
    ),
    row(
      'customers',
      'work',
      work.customers.map((whom) => ({ key: `businesses:join.work.${whom}` })),
    ),
    row('employees', 'work', typed(String(work.employees))),
    row('premises', 'work', typed(String(work.premises))),
    row('trading-names', 'work', typed(String(work.tradingNames))),
  ];
}

/** The answers, for the last look before they are sent. */
export function checkModel(answers: Answers, placed: PlacedBranch, offer: OfferText) {
  const { name, kind, category, about, contact } = answers;
  const online = [{ key: 'businesses:fields.online' }];
  const facts = (answers.access?.accessibility ?? []).map((fact) => ({ key: `businesses:accessibility.${fact}` }));
  const place = placed.online
    ? [row('address', kind?.kind === 'online' ? 'kind' : 'where', online)]
    : [
        row('address', 'place', typed(...placed.addressLines, placed.town, placed.postcode)),
        row('phone', 'place', typed(placed.phone)),
        row('opening', 'place', typed(placed.opening)),
        ...(isTrade(answers) ? [] : [row('accessibility', 'access', facts)]),
      ];
  return {
    back: '/for-business/join/terms',
    trade: isTrade(answers),
    business: [
      row('name', 'name', typed(name?.name)),
      row('kind', 'kind', [{ key: `businesses:kinds.${kind?.kind}` }]),
      row('category', 'category', [{ key: `businesses:categories.${category?.category}` }]),
      ...workRows(answers),
      row('summary', 'about', typed(about?.summary)),
      row('website', 'about', typed(about?.website)),
      row('leaflet-code', 'about', typed(about?.leafletCode)),
    ],
    contact: [
      row('contact-name', 'contact', typed(contact?.contactName)),
      row('contact-email', 'contact', typed(contact?.contactEmail)),
      row('contact-phone', 'contact', typed(contact?.contactPhone)),
    ],
    place,
    offer: { title: offer.title, conditions: offer.conditions },
  };
}

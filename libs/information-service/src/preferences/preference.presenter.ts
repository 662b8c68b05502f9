import type { PageModel } from '@carers/pages';
import { outcodeOf, type CarersServiceContact } from '@carers/places';
import type { LocalDate } from '@carers/kernel';
import type { Cardholder } from '@carers/cards';
import type { YoungRules } from '../children/young-rules.js';
import { languageName } from '../language-name.js';
import { choicesOf } from './preference-choices.js';
import { PreferencesChanged } from './preference-centre.js';
import { pauses } from './preference.form.js';
import { type Channel, channels, formats, type Purpose, purposes, topics } from '../purposes.js';
import type { SubscriberFile } from '../list/subscriber-files.js';
import type { Subscription } from '../subscription.entity.js';
import { addressOf } from '../welcome.js';
import type { WordingToAsk } from '../wordings.js';

/** The preference fields of one person, for their own page and for the officer's. */
export function preferenceFields(
  file: SubscriberFile,
  wording: WordingToAsk,
  today: LocalDate,
  locales: readonly string[],
  typed: PageModel = {},
  young: YoungRules = { adultDecides: false, noOffers: false },
) {
  const { subscriber, cardholder, service } = file;
  const paused = pausedUntil(file, today);
  const again = typed['again'] as Shown | undefined;
  return {
    service: serviceView(service),
    aboutKey: wording.aboutKey,
    adultDecides: young.adultDecides,
    chosen: chosen(file),
    questions: wording.purposes
      .filter(({ purpose }) => !young.noOffers || purpose !== 'business_offers')
      .map(({ purpose, questionKey, hintKey }) => ({
        questionKey,
        hintKey,
        rows: channels
          .filter((channel) => addressOf(cardholder, channel) !== null)
          .map((channel) => ({
            name: `${purpose}.${channel}`,
            legendKey: `information-service:legends.${purpose}.${channel}`,
            reachKey: `information-service:reach.${channel}`,
            reach: hintAt(cardholder, channel),
          })),
      })),
    unreachable: channels
      .filter((channel) => addressOf(cardholder, channel) === null)
      .map((channel) => `information-service:no-address.${channel}`),
    yesNo: [
      { value: 'yes', label: 'pages:yes' },
      { value: 'no', label: 'pages:no' },
    ],
    formats: [...formats],
    topicChoices: [...topics],
    languages: locales.length > 1 ? locales.map((value) => ({ value, text: languageName(value) })) : null,
    pauses: pauses
      .filter((value) => (paused !== null || value !== 'keep') && value !== 'until')
      .map((value) => ({ value, label: `information-service:pauses.${value}` })),
    contact: {
      email: hintAt(cardholder, 'email'),
      emailKey: `information-service:preferences.${cardholder.email === null ? 'no' : 'have'}-email`,
      mobile: hintAt(cardholder, 'text'),
      mobileKey: `information-service:preferences.${cardholder.mobile === null ? 'no' : 'have'}-mobile`,
      outcode: outcodeOf(cardholder.postcode),
    },
    // What the form shows and in which words: it comes back with the answers, which mean nothing without it.
    shown: again?.shown ?? JSON.stringify(choicesOf(subscriber, file.subscriptions, today)),
    wording: again?.wording ?? wording.version,
    paused,
    left: subscriber.leftAt !== null,
  };
}

/** What a form shows before anybody typed: the present state. Nothing is ticked that was never answered. */
export function preferenceValues({ subscriber, subscriptions }: SubscriberFile, paused: LocalDate | null) {
  const answers: Partial<Record<Purpose, Partial<Record<Channel, string>>>> = {};
  for (const { purpose, channel, active } of subscriptions) (answers[purpose] ??= {})[channel] = active ? 'yes' : 'no';
  return {
    ...answers,
    format: subscriber.format,
    locale: subscriber.locale,
    topics: subscriber.topics,
    pause: paused ? 'keep' : 'no',
  };
}

/** What a form brought back of how it was shown. */
interface Shown {
  shown: string;
  wording: string;
}

/**
 * A form that could not be saved, as it is shown again. Where something was changed meanwhile, it shows what is so now and,
 * in the fields that the person changed, what they typed; otherwise exactly what they typed, as an answer to what they saw.
 */
export function formAgain(
  file: SubscriberFile,
  form: PageModel,
  problem: unknown,
  errors: PageModel['errors'],
  today: LocalDate,
): PageModel {
  if (!(problem instanceof PreferencesChanged)) return shownAgain({ form, errors });
  const touched = (name: string) => problem.touched.includes(name);
  const now: Record<string, unknown> = preferenceValues(file, pausedUntil(file, today));
  const mixed: Record<string, unknown> = { ...form, ...now };
  for (const name of ['format', 'locale', 'topics'].filter(touched)) mixed[name] = form[name];
  if (touched('pause')) mixed['pause'] = form['pause'];
  for (const purpose of purposes) {
    const mine = (form[purpose] ?? {}) as Record<string, string>;
    const kept = channels.filter((channel) => touched(`${purpose}.${channel}`));
    mixed[purpose] = { ...(now[purpose] ?? {}), ...Object.fromEntries(kept.map((name) => [name, mine[name]])) };
  }
  return { form: mixed, errors };
}

/** A form with mistakes keeps what it was shown with, so that only what the person changed counts in the end. */
export function shownAgain(typed: PageModel): PageModel {
  const { shown, wording } = (typed['form'] ?? {}) as Partial<Shown>;
  return typeof shown === 'string' && typeof wording === 'string' ? { ...typed, again: { shown, wording } } : typed;
}

/** The first day of mail after a pause; null when there is no pause now. */
export function pausedUntil({ subscriber }: SubscriberFile, today: LocalDate): LocalDate | null {
  return subscriber.pausedUntil && subscriber.pausedUntil > today ? subscriber.pausedUntil : null;
}

/** What somebody gets now: one line for each purpose with a yes. */
export function chosen({
  subscriptions,
}: {
  subscriptions: readonly Pick<Subscription, 'purpose' | 'channel' | 'active'>[];
}) {
  return purposes.flatMap((purpose) => {
    const by = channels.filter((channel) =>
      subscriptions.some((row) => row.active && row.purpose === purpose && row.channel === channel),
    );
    return by.length ? [{ key: `information-service:purposes.${purpose}`, by: by.map(byKey) }] : [];
  });
}

export function serviceView({ name, phone, email, web }: CarersServiceContact) {
  return { name, phone, email, web };
}

function byKey(channel: Channel): string {
  return `information-service:by.${channel}`;
}

/** Enough of an address to know which it is, and no more: the link may be on somebody else's screen. */
function hintAt(cardholder: Cardholder, channel: Channel): string {
  if (channel === 'email') return (cardholder.email ?? '').replace(/^(.)[^@]*/, '$1…');
  if (channel === 'text') return (cardholder.mobile ?? '').slice(-4);
  return outcodeOf(cardholder.postcode);
}

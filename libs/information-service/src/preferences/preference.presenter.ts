import { outcodeOf, type CarersServiceContact } from '@carers/places';
import type { LocalDate } from '@carers/kernel';
import type { Cardholder } from '@carers/cards';
import { pauses } from './preference.form.js';
import { type Channel, channels, formats, type Purpose, purposes, topics } from '../purposes.js';
import type { SubscriberFile } from '../list/subscriber-files.js';
import { addressOf } from '../welcome.js';
import type { WordingToAsk } from '../wordings.js';

/** The preference fields of one person, for their own page and for the officer's. */
export function preferenceFields(
  file: SubscriberFile,
  wording: WordingToAsk,
  today: LocalDate,
  locales: readonly string[],
) {
  const { subscriber, cardholder, service } = file;
  const paused = pausedUntil(file, today);
  return {
    service: serviceView(service),
    aboutKey: wording.aboutKey,
    questions: wording.purposes.map(({ purpose, questionKey, hintKey }) => ({
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
    pauses: pauses.filter((value) => paused !== null || value !== 'keep'),
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

/** The first day of mail after a pause; null when there is no pause now. */
export function pausedUntil({ subscriber }: SubscriberFile, today: LocalDate): LocalDate | null {
  return subscriber.pausedUntil && subscriber.pausedUntil > today ? subscriber.pausedUntil : null;
}

/** What somebody gets now: one line for each purpose with a yes. */
export function chosen({ subscriptions }: SubscriberFile) {
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

/** "Polski" for pl: a language is named in itself. */
function languageName(locale: string): string {
  return new Intl.DisplayNames([locale], { type: 'language' }).of(locale) ?? locale;
}

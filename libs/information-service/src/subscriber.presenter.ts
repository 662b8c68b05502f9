import type { AccountContact } from '@carers/access';
import type { SubscriberHistory } from './list/subscriber-files.js';
import type { channels } from './purposes.js';

/** Everything that happened, newest first, with the names of the staff who asked. */
export function historyView(history: SubscriberHistory, staff: readonly Pick<AccountContact, 'accountId' | 'name'>[]) {
  const names = new Map(staff.map(({ accountId, name }) => [accountId, name]));
  const who = (event: { askedByKind: string; askedById: string; how: string }) => ({
    howKey: `information-service:ways.${event.how}`,
    byKey: `information-service:asked-by.${event.askedByKind}`,
    byName: event.askedByKind === 'account' ? (names.get(event.askedById) ?? null) : null,
  });
  const consents = history.consents.map((event) => ({
    at: event.at,
    factKey: `information-service:decisions.${event.decision}`,
    whatKey: `information-service:purposes.${event.purpose}`,
    byChannelKey: byKey(event.channel),
    wording: event.wordingVersion,
    ...who(event),
  }));
  const registration = history.registration.map((event) => ({
    at: event.at,
    factKey: `information-service:facts.${event.fact}`,
    whatKey: null,
    byChannelKey: null,
    wording: null,
    ...who(event),
  }));
  const holds = history.holds.map((event) => ({
    at: event.at,
    factKey: `information-service:situation.fact.${event.fact}.${event.reason}`,
    whatKey: null,
    byChannelKey: null,
    wording: null,
    ...who(event),
    howKey: `information-service:situation.ways.${event.how}`,
  }));
  // Sorting is stable: turned round first, later ones of the same moment stay before earlier ones.
  return [...registration, ...consents, ...holds].reverse().sort((one, other) => other.at.getTime() - one.at.getTime());
}

function byKey(channel: (typeof channels)[number]): string {
  return `information-service:by.${channel}`;
}

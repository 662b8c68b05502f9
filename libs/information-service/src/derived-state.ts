import type { LocalDate } from '@carers/kernel';
import type { ConsentEvent } from './consent-event.entity.js';
import type { RegistrationEvent } from './registration-event.entity.js';
import type { Subscriber } from './subscriber.entity.js';
import type { Subscription } from './subscription.entity.js';

/** What the ledger of registrations says of a subscriber. What it says nothing of is left out. */
export type DerivedRegistration = Partial<
  Pick<Subscriber, 'carersServiceId' | 'regionId' | 'leftAt' | 'format' | 'locale' | 'topics' | 'pausedUntil'>
>;

/**
 * Where somebody stands with each purpose and channel, by the last answer to each that they gave to the service whose list
 * they are on. @param events in their order
 */
export function subscriptionsOf(events: readonly ConsentEvent[], facts: readonly RegistrationEvent[]): Subscription[] {
  const service = facts.at(-1)?.carersServiceId;
  const other = facts.findLast(({ carersServiceId }) => carersServiceId !== service);
  const since = other && facts.find(({ number }) => number > other.number)!.at;
  const theirs = events.filter(({ carersServiceId, at }) => carersServiceId === service && (!since || at >= since));
  const last = new Map(theirs.map((event) => [`${event.purpose} ${event.channel}`, event]));
  return [...last.values()].map(({ subscriberId, purpose, channel, decision, at }) => ({
    subscriberId,
    purpose,
    channel,
    active: decision === 'given',
    since: at,
  }));
}

/** Whose list somebody is on, since when they are off it, and how they read. @param events in their order */
export function registrationOf(events: readonly RegistrationEvent[]): DerivedRegistration {
  // Everybody begins without a pause.
  const state: DerivedRegistration = events.length > 0 ? { pausedUntil: null } : {};
  for (const { fact, carersServiceId, regionId, at, changes } of events) {
    Object.assign(state, { carersServiceId, regionId }, changes as { pausedUntil?: LocalDate | null });
    if (fact === 'left') state.leftAt = at;
    else if (fact !== 'changed' && fact !== 'moved') state.leftAt = null;
  }
  return state;
}

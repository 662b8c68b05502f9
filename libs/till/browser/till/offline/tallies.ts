import {
  type LimitPeriod,
  type LocalDate,
  limitPeriods,
  type OfferUsage,
  usagePeriodStart,
} from '../../../../offer-rules/src/browser.js';
import type { BundleOffer } from './bundle.js';

/**
 * Counts of uses that this till knows of and the server's bundle does not, by what they count: one card's uses in the
 * period of a limit, all uses of a day, all uses ever. Nothing else of a card is kept, and only where a limit asks.
 */
export type Tallies = ReadonlyMap<string, number>;

/** The counts to which one use adds. A card that was typed has no credential to count by. */
export function talliesOf(offer: BundleOffer, credentialId: string | null, at: number): string[] {
  const { limits } = offer.terms;
  if (!limits) return [];
  return [
    ...(limits.perCard && credentialId ? [cardTally(offer.id, credentialId, limits.perCard.period, at)] : []),
    ...(limits.perDay === undefined ? [] : [dayTally(offer.id, dayOf(at))]),
    ...(limits.total === undefined ? [] : [everTally(offer.id)]),
  ];
}

/**
 * Uses of an offer so far, as the rules want them.
 * @param countedAt when the server counted `usedToday`: an ISO instant
 */
export function usageFor(
  offer: BundleOffer,
  credentialId: string | null,
  at: number,
  countedAt: string,
  tallies: Tallies,
): OfferUsage | undefined {
  const { limits } = offer.terms;
  if (!limits) return undefined;
  const { perCard, perDay, total } = limits;
  const count = (tally: string) => tallies.get(tally) ?? 0;
  return {
    card: perCard && credentialId ? count(cardTally(offer.id, credentialId, perCard.period, at)) : 0,
    today: perDay === undefined ? 0 : usedOn(dayOf(at)),
    total: total === undefined ? 0 : (offer.usedEver ?? 0) + count(everTally(offer.id)),
  };

  function usedOn(today: LocalDate): number {
    const usedToday = offer.usedToday ?? 0;
    return (usedToday > 0 && dayOf(Date.parse(countedAt)) === today ? usedToday : 0) + count(dayTally(offer.id, today));
  }
}

/** Whether a count of one card still matters: its offer goes on, and its limit's period is not over. */
export function isCardTally(tally: string, offerIds: ReadonlySet<string>, at: number): boolean {
  const [kind, offerId = '', , period, start] = tally.split(' ');
  if (kind !== 'card' || !offerIds.has(offerId)) return false;
  if (!limitPeriods.includes(period as LimitPeriod)) return false;
  return (usagePeriodStart(period as LimitPeriod, at) ?? 'ever') === start;
}

/** London's date. */
export function dayOf(at: number): LocalDate {
  return usagePeriodStart('day', at)!;
}

function cardTally(offerId: string, credentialId: string, period: LimitPeriod, at: number): string {
  return `card ${offerId} ${credentialId} ${period} ${usagePeriodStart(period, at) ?? 'ever'}`;
}

function dayTally(offerId: string, day: LocalDate): string {
  return `day ${offerId} ${day}`;
}

function everTally(offerId: string): string {
  return `ever ${offerId}`;
}

/** How often an offer may be used, and when a used-up limit begins afresh. */
import { dateOf, dayFrom, weekdayOf, type LocalDate } from './local-days.js';
import { londonMoment, startOfDay } from './london-time.js';
import type { LimitPeriod, OfferLimits } from './terms.js';

/** Uses so far: by this card since the start of the limit's period, by all cards today, and by all cards ever. */
export interface OfferUsage {
  card: number;
  today: number;
  total: number;
}

/**
 * The local date from which a per-card limit counts: today, this week's Monday, the first of the month, 1 January.
 * @param at a Date, or milliseconds since 1970
 * @returns null for `ever`: count everything
 */
export function usagePeriodStart(period: LimitPeriod, at: Date | number): LocalDate | null {
  if (period === 'ever') return null;
  return dateOf(periodStart(period, londonMoment(Number(at)).day));
}

/** Uses that are left now, this one included; null when there is no limit. Uses beyond a limit leave 0. */
export function usesLeft(limits: OfferLimits | undefined, usage: OfferUsage | undefined): number | null {
  if (!limits) return null;
  const left: number[] = [];
  if (limits.perCard) left.push(limits.perCard.count - (usage?.card ?? 0));
  if (limits.perDay !== undefined) left.push(limits.perDay - (usage?.today ?? 0));
  if (limits.total !== undefined) left.push(limits.total - (usage?.total ?? 0));
  return left.length === 0 ? null : Math.max(0, Math.min(...left));
}

/**
 * The instant from which no limit stands in the way: `at` itself when none does now, null when one never ends.
 * It supposes that nobody else uses the offer in the meantime.
 */
export function limitsClearAt(
  limits: OfferLimits | undefined,
  usage: OfferUsage | undefined,
  at: number,
): number | null {
  if (!limits || !usage) return at;
  if (limits.total !== undefined && usage.total >= limits.total) return null;
  let clear = at;
  if (limits.perDay !== undefined && usage.today >= limits.perDay) clear = nextPeriod('day', at);
  if (limits.perCard && usage.card >= limits.perCard.count) {
    const { period } = limits.perCard;
    if (period === 'ever') return null;
    clear = nextPeriod(period, at); // never sooner than tomorrow, when the limit per day begins afresh
  }
  return clear;
}

type EndingPeriod = Exclude<LimitPeriod, 'ever'>;

function periodStart(period: EndingPeriod, day: number): number {
  if (period === 'day') return day;
  if (period === 'week') return day - weekdayOf(day) + 1;
  const date = dateOf(day);
  return dayFrom(Number(date.slice(0, 4)), period === 'month' ? Number(date.slice(5, 7)) : 1, 1);
}

function nextPeriod(period: EndingPeriod, at: number): number {
  const first = periodStart(period, londonMoment(at).day);
  if (period === 'day') return startOfDay(first + 1);
  if (period === 'week') return startOfDay(first + 7);
  const date = dateOf(first);
  const year = Number(date.slice(0, 4));
  const month = Number(date.slice(5, 7));
  return startOfDay(period === 'month' ? dayFrom(year, month + 1, 1) : dayFrom(year + 1, 1, 1));
}

/** The days and times at which an offer may be used. */
import { isBankHoliday } from './bank-holidays.js';
import { dateOf, dayOf, weekdayOf } from './local-days.js';
import { firstInstant, londonMoment } from './london-time.js';
import type { OfferConditions, TimeRange } from './terms.js';

const MINUTES_IN_DAY = 24 * 60;

/**
 * How far ahead an opening is looked for. Parsed terms exclude at most 100 dates, so even an offer for one weekday
 * that loses 100 of them, and every bank holiday, opens again sooner than this.
 */
const HORIZON_DAYS = 1_500;

type Calendar = Pick<
  OfferConditions,
  'days' | 'times' | 'startsOn' | 'endsOn' | 'excludedDates' | 'excludesBankHolidays'
>;

/** Minutes since midnight of `HH:MM`. */
export function minuteOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}

/** Do these terms depend on the calendar or the clock at all? When not, nobody need ask what time it is. */
export function hasCalendar(terms: Calendar): boolean {
  return Boolean(
    terms.days ??
    terms.times ??
    terms.startsOn ??
    terms.endsOn ??
    terms.excludedDates ??
    (terms.excludesBankHolidays || undefined),
  );
}

/** May the offer be used at this instant, as far as days and times go? */
export function isOpen(terms: Calendar, at: number): boolean {
  if (!hasCalendar(terms)) return true;
  const { day, minute } = londonMoment(at);
  if (isOpenInDay(terms.times, minute) && isDayAllowed(terms, day)) return true;
  return isOpenSinceYesterday(terms.times, minute) && isDayAllowed(terms, day - 1);
}

/** The first instant, not before `from`, at which the offer may be used; null when it never may again. */
export function nextOpening(terms: Calendar, from: number): number | null {
  if (!hasCalendar(terms)) return from;
  const yesterday = londonMoment(from).day - 1;
  const first = terms.startsOn ? Math.max(yesterday, dayOf(terms.startsOn)) : yesterday;
  const last = terms.endsOn ? Math.min(first + HORIZON_DAYS, dayOf(terms.endsOn)) : first + HORIZON_DAYS;
  for (let day = first; day <= last; day += 1) {
    const opening = openingOfDay(terms, day, from);
    if (opening === null) continue;
    // When clocks go back, the tail of one day's opening can come round again after the next day's has begun.
    return earlier(opening, day < last ? openingOfDay(terms, day + 1, from) : null);
  }
  return null;
}

function isDayAllowed(terms: Calendar, day: number): boolean {
  if (terms.days && !terms.days.includes(weekdayOf(day))) return false;
  if (terms.startsOn ?? terms.endsOn ?? terms.excludedDates) {
    const date = dateOf(day);
    if (terms.startsOn && date < terms.startsOn) return false;
    if (terms.endsOn && date > terms.endsOn) return false;
    if (terms.excludedDates?.includes(date)) return false;
  }
  return !(terms.excludesBankHolidays && isBankHoliday(day));
}

function isOpenInDay(times: TimeRange[] | undefined, minute: number): boolean {
  if (!times) return true;
  return times.some(
    (range) => minute >= minuteOf(range.from) && (passesMidnight(range) || minute < minuteOf(range.to)),
  );
}

function isOpenSinceYesterday(times: TimeRange[] | undefined, minute: number): boolean {
  return times?.some((range) => passesMidnight(range) && minute < minuteOf(range.to)) ?? false;
}

/** Does the range end on the following day, or exactly at its midnight? */
export function passesMidnight(range: TimeRange): boolean {
  return range.to <= range.from;
}

function openingOfDay(terms: Calendar, day: number, notBefore: number): number | null {
  if (!isDayAllowed(terms, day)) return null;
  if (!terms.times) return firstInstant(day, 0, MINUTES_IN_DAY, notBefore);
  let first: number | null = null;
  for (const range of terms.times) {
    const from = minuteOf(range.from);
    const to = minuteOf(range.to);
    first = passesMidnight(range)
      ? earlier(
          first,
          earlier(firstInstant(day, from, MINUTES_IN_DAY, notBefore), firstInstant(day + 1, 0, to, notBefore)),
        )
      : earlier(first, firstInstant(day, from, to, notBefore));
  }
  return first;
}

function earlier(one: number | null, other: number | null): number | null {
  if (one === null) return other;
  if (other === null) return one;
  return Math.min(one, other);
}

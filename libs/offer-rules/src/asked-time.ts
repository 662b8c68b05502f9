/** Questions about the calendar alone: when on a day an offer may be used, and why not. */
import { isBankHoliday } from './bank-holidays.js';
import { dateOf, weekdayOf } from './local-days.js';
import { londonMoment } from './london-time.js';
import { isOpen } from './opening.js';
import type { OfferConditions } from './terms.js';

/** Why days and times keep an offer from being used, the first that applies. */
export const closedReasons = [
  'not_started',
  'ended',
  'other_day',
  'excluded_date',
  'bank_holiday',
  'other_time',
] as const;

export type ClosedReason = (typeof closedReasons)[number];

/**
 * Why an offer is not open at an instant, more closely than `offer_not_now` says it; null when it is open. Told of the
 * day that the clock shows, not of the day before, whose opening may have gone on after midnight.
 * @param at a Date, or milliseconds since 1970
 */
export function whyClosed(terms: OfferConditions, at: Date | number): ClosedReason | null {
  if (isOpen(terms, Number(at))) return null;
  const { day } = londonMoment(Number(at));
  const date = dateOf(day);
  if (terms.startsOn && date < terms.startsOn) return 'not_started';
  if (terms.endsOn && date > terms.endsOn) return 'ended';
  if (terms.days && !terms.days.includes(weekdayOf(day))) return 'other_day';
  if (terms.excludedDates?.includes(date)) return 'excluded_date';
  return terms.excludesBankHolidays && isBankHoliday(day) ? 'bank_holiday' : 'other_time';
}

/** The hour of the week that London's clock shows: 0 is Monday from midnight to one, 167 the last of Sunday. */
export function hourOfWeek(at: Date | number): number {
  const { day, minute } = londonMoment(Number(at));
  return (weekdayOf(day) - 1) * 24 + Math.floor(minute / 60);
}

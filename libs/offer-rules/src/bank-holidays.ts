/**
 * Bank holidays of England, worked out by rule for any year (Banking and Financial Dealings Act 1971, with the
 * customary New Year's Day, Good Friday, early May and Christmas days), then corrected by the proclaimed changes.
 * A day at a weekend is replaced by the next free weekday, and then only that weekday counts, as in the published lists.
 */
import { proclaimedChanges } from './bank-holidays.data.js';
import { dateOf, dayFrom, dayOf, weekdayOf, type LocalDate } from './local-days.js';

const MONDAY = 1;
const byYear = new Map<number, ReadonlySet<number>>();

/** Is this day number a bank holiday in England? */
export function isBankHoliday(day: number): boolean {
  const year = new Date(day * 86_400_000).getUTCFullYear();
  let days = byYear.get(year);
  if (!days) {
    days = new Set(bankHolidayDays(year));
    byYear.set(year, days);
  }
  return days.has(day);
}

/** The bank holidays of England in a year, in order. */
export function bankHolidays(year: number): LocalDate[] {
  return bankHolidayDays(year).map(dateOf);
}

function bankHolidayDays(year: number): number[] {
  const easter = easterSunday(year);
  const days = new Set([
    nextFreeWeekday(dayFrom(year, 1, 1), []),
    easter - 2,
    easter + 1,
    firstMonday(year, 5),
    lastMonday(year, 5),
    lastMonday(year, 8),
    ...christmas(year),
  ]);
  for (const change of proclaimedChanges) {
    for (const date of change.removed ?? []) days.delete(dayOf(date));
    for (const date of change.added) if (Number(date.slice(0, 4)) === year) days.add(dayOf(date));
  }
  return [...days].sort((a, b) => a - b);
}

/** Christmas Day on a Sunday leaves Boxing Day on its Monday and moves itself to Tuesday; hence weekdays go first. */
function christmas(year: number): number[] {
  const days = [dayFrom(year, 12, 25), dayFrom(year, 12, 26)];
  const taken = days.filter(isWeekday);
  for (const day of days) if (!isWeekday(day)) taken.push(nextFreeWeekday(day, taken));
  return taken;
}

function nextFreeWeekday(day: number, taken: number[]): number {
  let free = day;
  while (!isWeekday(free) || taken.includes(free)) free += 1;
  return free;
}

function isWeekday(day: number): boolean {
  return weekdayOf(day) <= 5;
}

function firstMonday(year: number, month: number): number {
  const first = dayFrom(year, month, 1);
  return first + ((MONDAY - weekdayOf(first) + 7) % 7);
}

function lastMonday(year: number, month: number): number {
  return firstMonday(year, month + 1) - 7;
}

/** Easter Sunday of the Gregorian calendar, by the method of Gauss as corrected by Lichtenberg. */
function easterSunday(year: number): number {
  const century = Math.floor(year / 100);
  const moonShift = 15 + Math.floor((3 * century + 3) / 4) - Math.floor((8 * century + 13) / 25);
  const sunShift = 2 - Math.floor((3 * century + 3) / 4);
  const moonYear = year % 19;
  const seed = (19 * moonYear + moonShift) % 30;
  const correction = Math.floor((seed + Math.floor(moonYear / 11)) / 29);
  const fullMoon = 21 + seed - correction;
  const firstSunday = 7 - ((year + Math.floor(year / 4) + sunShift) % 7);
  return dayFrom(year, 3, fullMoon + 7 - ((((fullMoon - firstSunday) % 7) + 7) % 7));
}

/**
 * Calendar days as whole numbers: days since 1 January 1970, without a time zone. Comparing, adding and finding the
 * weekday are then plain arithmetic.
 */

/** A date as written in terms, `YYYY-MM-DD`, meaning a day in Europe/London. */
export type LocalDate = string;

export const DAY_MS = 86_400_000;

/** The day number of a valid `YYYY-MM-DD`. Unchecked: terms were checked when they were parsed. */
export function dayOf(date: LocalDate): number {
  return Date.UTC(Number(date.slice(0, 4)), Number(date.slice(5, 7)) - 1, Number(date.slice(8, 10))) / DAY_MS;
}

let lastDay = NaN;
let lastDate = '';

/** The `YYYY-MM-DD` of a day number (years 0001 to 9999). A till asks about today again and again: it is remembered. */
export function dateOf(day: number): LocalDate {
  if (day !== lastDay) {
    lastDate = new Date(day * DAY_MS).toISOString().slice(0, 10);
    lastDay = day;
  }
  return lastDate;
}

/** Day number of year, month (1–12; 13 is January of the next year) and day of the month. */
export function dayFrom(year: number, month: number, dayOfMonth: number): number {
  return Date.UTC(year, month - 1, dayOfMonth) / DAY_MS;
}

/** ISO weekday: Monday is 1, Sunday is 7. Day 0 was a Thursday. */
export function weekdayOf(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

/** Is this text a real date between 2000 and 2199? `2027-02-29` is not. */
export function isDate(text: string): boolean {
  return /^2[01]\d\d-\d\d-\d\d$/.test(text) && Number.isFinite(dayOf(text)) && dateOf(dayOf(text)) === text;
}

/**
 * Whole years lived on a day. Someone born on 29 February becomes a year older on 1 March in a common year.
 * @param bornOn `YYYY-MM-DD`  @param on day number
 */
export function ageOn(bornOn: LocalDate, on: number): number {
  const today = dateOf(on);
  const years = Number(today.slice(0, 4)) - Number(bornOn.slice(0, 4));
  return today.slice(5) < bornOn.slice(5) ? years - 1 : years;
}

/** A calendar day without a time, as ISO 8601 `YYYY-MM-DD`. Sorts as text; PostgreSQL's `date` reads and writes it. */
export type LocalDate = string;

const pattern = /^(\d{4})-(\d{2})-(\d{2})$/;
const dayInMs = 86_400_000;

const londonDate = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Europe/London',
  calendar: 'gregory',
  numberingSystem: 'latn',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});

const hourInMs = 3_600_000;
let lastHour = { number: NaN, date: '' };

/** The day it is in London at this instant. It is kept for the hour: London's midnight is always on a whole one of UTC. */
export function dateInLondon(instant: Date): LocalDate {
  const number = Math.floor(instant.getTime() / hourInMs);
  if (number !== lastHour.number) lastHour = { number, date: londonDate.format(instant) };
  return lastHour.date;
}

/** True for a day that exists: `2028-02-29` is one, `2027-02-29` is not. */
export function isLocalDate(text: string): text is LocalDate {
  const match = pattern.exec(text);
  if (!match) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

/** The day `days` later, or earlier where negative. */
export function addDays(date: LocalDate, days: number): LocalDate {
  return new Date(utc(date) + days * dayInMs).toISOString().slice(0, 10);
}

/** The same day of the month `months` later; the last day of that month where it has no such day (31 January → 28 February). */
export function addMonths(date: LocalDate, months: number): LocalDate {
  const [year, month, day] = partsOf(date);
  const index = year * 12 + (month - 1) + months;
  const [newYear, newMonth] = [Math.floor(index / 12), (index % 12) + 1];
  return localDate(newYear, newMonth, Math.min(day, daysInMonth(newYear, newMonth)));
}

/** The same day `years` later; 29 February becomes 28 February in a common year. */
export function addYears(date: LocalDate, years: number): LocalDate {
  return addMonths(date, years * 12);
}

/** Whole days from one day to another; negative where `to` is earlier. */
export function daysBetween(from: LocalDate, to: LocalDate): number {
  return Math.round((utc(to) - utc(from)) / dayInMs);
}

/**
 * Completed years of age on a day. Someone born on 29 February comes of age on 1 March in a common year
 * (the rule of English law: an age is attained at the start of the anniversary of birth).
 */
export function ageOn(birth: LocalDate, on: LocalDate): number {
  const [birthYear, birthMonth, birthDay] = partsOf(birth);
  const [year, month, day] = partsOf(on);
  const hadBirthday = month > birthMonth || (month === birthMonth && day >= birthDay);
  return year - birthYear - (hadBirthday ? 0 : 1);
}

/** Builds `YYYY-MM-DD` from numbers; does not check that the day exists. */
export function localDate(year: number, month: number, day: number): LocalDate {
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

function partsOf(date: LocalDate): [number, number, number] {
  const match = pattern.exec(date);
  if (!match) throw new RangeError(`Not a day: ${date}`);
  return [Number(match[1]), Number(match[2]), Number(match[3])];
}

function utc(date: LocalDate): number {
  const [year, month, day] = partsOf(date);
  return Date.UTC(year, month - 1, day);
}

function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

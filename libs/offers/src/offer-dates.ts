import { addDays, daysBetween, isLocalDate, type LocalDate } from '@carers/kernel';

/** Most dates that an offer may leave out, as in its rules. */
const most = 100;
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const longMonths = 'January February March April May June July August September October November December'.split(' ');

/** From the first to the last day, both included. */
interface Run {
  from: LocalDate;
  to: LocalDate;
}

/** Parts of a date, with those that the other end of a run says: "24 to 26 December 2026". */
interface Written {
  day: number;
  month: number | null;
  year: number | null;
}

/**
 * Dates and runs of dates, one on each line (or with commas between): "24 December 2026", "24/12/2026", "24 to 26
 * December 2026", "2026-12-24". Each once and in order.
 * @returns the dates; or what is wrong: `wrong` for what is no date, `many` for more than an offer may have
 */
export function readDates(typed: string): LocalDate[] | 'wrong' | 'many' {
  const found = new Set<LocalDate>();
  for (const line of typed.split(/[\n\r,;]+/).map((text) => text.trim())) {
    if (!line) continue;
    const run = readRun(line);
    if (!run) return 'wrong';
    if (daysBetween(run.from, run.to) >= most) return 'many';
    for (let day = run.from; day <= run.to; day = addDays(day, 1)) found.add(day);
  }
  return found.size > most ? 'many' : [...found].sort();
}

/** The dates as the box shows them: runs of three days or more as one line. */
export function formDates(dates: readonly LocalDate[]): string | undefined {
  if (dates.length === 0) return undefined;
  const runs: Run[] = [];
  for (const day of dates) {
    const last = runs.at(-1);
    if (last && addDays(last.to, 1) === day) last.to = day;
    else runs.push({ from: day, to: day });
  }
  return runs
    .flatMap(({ from, to }) => {
      if (daysBetween(from, to) > 1) return `${written(from)} to ${written(to)}`;
      return to > from ? [written(from), written(to)] : written(from);
    })
    .join('\n');
}

function readRun(line: string): Run | null {
  const ends = line.split(/\s*(?:[–—]|\s-\s|\b(?:to|until|till)\b)\s*/i);
  // "24-26 December 2026", but not "24-12-2026".
  const short = ends.length === 1 ? /^(\d{1,2})-(\d{1,2}\s+[a-z].*)$/i.exec(line) : null;
  const [first, last = first] = short ? short.slice(1) : ends;
  if (ends.length > 2 || first === undefined || last === undefined) return null;
  const [one, other] = [readWritten(first), readWritten(last)];
  if (!one || !other) return null;
  const to = dateOf(other, other);
  if (to === null) return null;
  const from = dateOf(one, other);
  if (from !== null && from <= to) return { from, to };
  // "24 December to 2 January 2027" began in the year before.
  const before = one.year === null && other.year !== null && one.month !== null && one.month > (other.month ?? 0);
  const early = before ? dateOf({ ...one, year: other.year! - 1 }, other) : null;
  return early === null ? null : { from: early, to };
}

function readWritten(text: string): Written | null {
  const plain = text.trim().replace(/^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?\s+/i, '');
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(plain);
  if (iso) return { day: Number(iso[3]), month: Number(iso[2]), year: Number(iso[1]) };
  const parts = /^(\d{1,2})(?:st|nd|rd|th)?(?:[\s./-]+([a-z]+|\d{1,2})\.?(?:[\s./-]+(\d{4}))?)?$/i.exec(plain);
  if (!parts) return null;
  const [, day, month, year] = parts;
  const named = month === undefined ? null : monthOf(month);
  return named === undefined ? null : { day: Number(day), month: named, year: year ? Number(year) : null };
}

/** 1 to 12; undefined for what is no month. "Decem" will do, "decade" will not. */
function monthOf(text: string): number | undefined {
  if (/^\d/.test(text)) return Number(text);
  const place = months.indexOf(text.toLowerCase().slice(0, 3));
  const isOne = place >= 0 && longMonths[place]!.toLowerCase().startsWith(text.toLowerCase());
  return isOne || text.toLowerCase() === 'sept' ? place + 1 : undefined;
}

/** What one end of a run leaves out, its other end says. Null where that is no real date. */
function dateOf({ day, month, year }: Written, other: Written): LocalDate | null {
  const [inMonth, inYear] = [month ?? other.month, year ?? other.year];
  const date = [String(inYear), two(inMonth), two(day)].join('-');
  return isLocalDate(date) ? date : null;
}

function two(number: number | null): string {
  return String(number).padStart(2, '0');
}

function written(date: LocalDate): string {
  const [year = '', month = '', day = ''] = date.split('-');
  return `${Number(day)} ${longMonths[Number(month) - 1]} ${year}`;
}

import { isLocalDate, type LocalDate } from '@carers/kernel';

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/**
 * A day as lists have it: 3/4/1970 (the day first, as written here), 03.04.70, 1970-04-03, 3rd April 1970, with or
 * without a time behind it, or the number that a spreadsheet keeps (days since 30 December 1899).
 * @param latest two-digit years that would lie after it belong to the century before
 * @returns null for what is no day
 */
export function readMessyDate(typed: string, latest: LocalDate): LocalDate | null {
  const text = typed
    .trim()
    .toLowerCase()
    .replace(/[t\s]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*(am|pm|z)?$/, '');
  const serial = /^\d{5}(\.\d+)?$/.exec(text);
  if (serial) {
    // Only the UTC calendar counts here: a spreadsheet's number knows no time zone.
    return new Date(Date.UTC(1899, 11, 30) + Math.floor(Number(text)) * 86_400_000).toISOString().slice(0, 10);
  }
  const iso = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(text);
  if (iso) return dayOf(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const written = /^(\d{1,2})(?:st|nd|rd|th)?[\s./-]+(\d{1,2}|[a-z]{3,9})\.?,?[\s./-]+(\d{4}|\d{2})$/.exec(text);
  if (!written) return null;
  const [, day, named, year] = written as unknown as [string, string, string, string];
  const month = /^\d/.test(named) ? Number(named) : months.indexOf(named.slice(0, 3)) + 1;
  const full = year.length === 4 ? Number(year) : centuryOf(Number(year), latest);
  return dayOf(full, month, Number(day));
}

function centuryOf(year: number, latest: LocalDate): number {
  const now = Number(latest.slice(0, 4));
  const century = now - (now % 100);
  return century + year > now ? century - 100 + year : century + year;
}

function dayOf(year: number, month: number, day: number): LocalDate | null {
  const text = `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
  return isLocalDate(text) ? text : null;
}

/** A phone number with the nought that spreadsheets drop, and without "(home)" and the like. */
export function tidyPhone(typed: string): string {
  const number = typed.replace(/[^\d+]/g, '').replace(/^00/, '+');
  return /^7\d{9}$/.test(number) ? `0${number}` : number.replace(/^\+440/, '+44');
}

/** "Smith, Jane" and "Mrs Jane Ann Smith" in two. The last word is the surname. */
export function splitName(typed: string): { first: string; last: string } {
  const text = typed.replace(/\s+/g, ' ').trim();
  const [last, first] = text.split(/,\s*/, 2);
  if (first) return { first: withoutTitle(first), last: last! };
  const words = withoutTitle(text).split(' ');
  return { first: words.slice(0, -1).join(' '), last: words.at(-1) ?? '' };
}

function withoutTitle(name: string): string {
  return name.replace(/^(mrs|mr|ms|miss|mx|dr|rev|prof)\.?\s+/i, '');
}

const yes = new Set([
  'yes',
  'y',
  'true',
  't',
  '1',
  'x',
  '✓',
  '✔',
  'opt in',
  'opted in',
  'agreed',
  'given',
  'consented',
]);
const no = new Set(['no', 'n', 'false', 'f', '0', 'opt out', 'opted out', 'refused', 'none', 'withdrawn']);

/** What a consent column says; null where it says nothing that can be understood. */
export function readYesNo(typed: string): boolean | null {
  const text = typed.trim().toLowerCase();
  if (yes.has(text)) return true;
  return no.has(text) ? false : null;
}

/** How somebody wants to be reached, in any of the words that lists use. */
export function readChannel(typed: string): 'email' | 'text' | 'post' | null {
  const text = typed.trim().toLowerCase();
  if (/e-?mail/.test(text)) return 'email';
  if (/text|sms|mobile/.test(text)) return 'text';
  return /post|letter|mail/.test(text) ? 'post' : null;
}

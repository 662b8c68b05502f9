import { isLocalDate, localDate } from '@carers/kernel';
import { instantOf } from '@carers/offers';

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const clock = String.raw`(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)?\s*([ap]\.?m\.?)?\s*(z|[+-]\d{2}:?\d{2})?`;
const time = new RegExp(`^${clock}$`, 'i');
const forms: readonly [RegExp, (parts: string[]) => string][] = [
  [/^(\d{4})-(\d{1,2})-(\d{1,2})/, ([y, m, d]) => day(y, m, d)],
  [/^(\d{4})(\d{2})(\d{2})(?!\d)/, ([y, m, d]) => day(y, m, d)],
  [/^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?!\d)/, ([d, m, y]) => day(y, m, d)],
  [/^(\d{1,2})(?:st|nd|rd|th)?[ -]([a-z]{3,9})[ -](\d{4}|\d{2})(?!\d)/i, ([d, m, y]) => day(y, monthOf(m), d)],
];

/**
 * When something was sold: `2026-11-21T14:30:00Z`, `21/11/2026 14:30`, `21 Nov 2026`, with the time in a cell of its own
 * or not. Days come before months, as in the United Kingdom; without an offset it is what a clock in London shows, and
 * without a time it is noon.
 * @param clockText the cell of the time; empty where there is none
 * @returns null when it is no time that comes
 */
export function readMoment(text: string, clockText = ''): Date | null {
  const typed = text.trim();
  for (const [pattern, dayOf] of forms) {
    const found = pattern.exec(typed);
    if (!found) continue;
    const date = dayOf(found.slice(1));
    if (!isLocalDate(date)) return null;
    const rest = clockText.trim() || typed.slice(found[0].length).replace(/^(?:[T,]| +at\b)?\s*/i, '');
    if (!rest) return instantOf(`${date}T12:00:00`);
    const told = clockOf(rest);
    return told === null ? null : instantOf(`${date}T${told}`);
  }
  return null;
}

/** "2:30pm" → "14:30:00"; null for no time. */
function clockOf(text: string): string | null {
  const found = time.exec(text);
  if (!found) return null;
  const [, hours = '', minutes = '', seconds = '00', half, offset = ''] = found;
  let hour = Number(hours);
  if (half) {
    if (hour < 1 || hour > 12) return null;
    hour = (hour % 12) + (/^p/i.test(half) ? 12 : 0);
  }
  if (hour > 23 || Number(minutes) > 59 || Number(seconds) > 59) return null;
  return `${String(hour).padStart(2, '0')}:${minutes}:${seconds}${offset.toUpperCase()}`;
}

function day(year = '', month = '', date = ''): string {
  const full = year.length === 2 ? `20${year}` : year;
  return localDate(Number(full), Number(month), Number(date));
}

function monthOf(name = ''): string {
  return String(months.indexOf(name.toLowerCase().slice(0, 3)) + 1);
}

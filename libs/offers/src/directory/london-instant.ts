import { dateInLondon } from '@carers/kernel';

const pattern = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(?::(\d{2})(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/;
const minute = 60_000;

const londonTime = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/London',
  hourCycle: 'h23',
  hour: '2-digit',
  minute: '2-digit',
});

/**
 * The instant of an ISO 8601 time; without an offset it is what a clock in London shows (the earlier of two when clocks
 * go back). A space counts as the plus sign it was before somebody put it into an address unescaped.
 * @returns null when it is no time that comes
 */
export function instantOf(typed: string): Date | null {
  const parts = pattern.exec(typed.trim().replace(/ (?=\d{2}:?\d{2}$)/, '+'));
  if (!parts) return null;
  const [, date = '', time = '', seconds = '00', offset] = parts;
  const plain = Date.parse(`${date}T${time}:${seconds}Z`);
  if (Number.isNaN(plain)) return null;
  if (offset) {
    const at = Date.parse(
      `${date}T${time}:${seconds}${offset === 'Z' ? 'Z' : `${offset.slice(0, 3)}:${offset.slice(-2)}`}`,
    );
    return Number.isNaN(at) ? null : new Date(at);
  }
  for (const ahead of [60, 0]) {
    const at = new Date(plain - ahead * minute);
    if (dateInLondon(at) === date && londonTime.format(at) === time) return at;
  }
  return null;
}

/**
 * What a clock on a wall in England shows at an instant, and which instants a stretch of that clock covers.
 * The rules of Europe/London come from the platform's own time-zone data (Intl), so Node and browsers agree.
 */
import { DAY_MS } from './local-days.js';

const MINUTE_MS = 60_000;
/** London's clocks change on a full hour of UTC, so an offset holds for the whole of one. */
const SLOT_MS = 60 * MINUTE_MS;
const REMEMBERED_SLOTS = 1_024;

/** The two offsets from UTC, in minutes, that England's clocks use; summer first because it gives the earlier instant. */
const OFFSETS = [60, 0] as const;

/** Local day number and minute of the day (0–1439). */
export interface LocalMoment {
  day: number;
  minute: number;
}

let clock: Intl.DateTimeFormat | undefined;
const offsets = new Map<number, number>();

/** Minutes that London is ahead of UTC. Remembered per hour, because making text of a date is slow. */
export function londonOffset(at: number): number {
  const slot = Math.floor(at / SLOT_MS);
  const known = offsets.get(slot);
  if (known !== undefined) return known;
  if (offsets.size >= REMEMBERED_SLOTS) offsets.clear();
  const offset = askOffset(slot * SLOT_MS);
  offsets.set(slot, offset);
  return offset;
}

/** What the clock shows at an instant (milliseconds since 1970). */
export function londonMoment(at: number): LocalMoment {
  const local = at + londonOffset(at) * MINUTE_MS;
  const day = Math.floor(local / DAY_MS);
  return { day, minute: Math.floor((local - day * DAY_MS) / MINUTE_MS) };
}

/**
 * The first instant, not before `notBefore`, at which the clock shows `day` and a time in [from, to) minutes.
 * When clocks go back, a repeated time counts both times; when they go forward, a time that is skipped never comes.
 * @returns milliseconds since 1970, or null when there is no such instant
 */
export function firstInstant(day: number, from: number, to: number, notBefore: number): number | null {
  let first: number | null = null;
  for (const offset of OFFSETS) {
    const midnight = day * DAY_MS - offset * MINUTE_MS;
    const start = Math.max(notBefore, midnight + from * MINUTE_MS);
    const found = firstWithOffset(offset, start, midnight + to * MINUTE_MS);
    if (found !== null && (first === null || found < first)) first = found;
  }
  return first;
}

/** The instant a local day begins. */
export function startOfDay(day: number): number {
  return firstInstant(day, 0, 24 * 60, -Infinity) as number;
}

/** First instant in [start, end) with this offset. The stretch is at most a day, so it holds at most one change. */
function firstWithOffset(offset: number, start: number, end: number): number | null {
  if (start >= end) return null;
  if (londonOffset(start) === offset) return start;
  if (londonOffset(end - 1) !== offset) return null;
  let before = Math.floor(start / SLOT_MS);
  let after = Math.floor((end - 1) / SLOT_MS);
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (londonOffset(middle * SLOT_MS) === offset) after = middle;
    else before = middle;
  }
  return after * SLOT_MS;
}

function askOffset(at: number): number {
  clock ??= new Intl.DateTimeFormat('en-GB', {
    timeZone: 'Europe/London',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  const shown: Record<string, number> = {};
  for (const { type, value } of clock.formatToParts(at)) shown[type] = Number(value);
  const local = Date.UTC(shown.year!, shown.month! - 1, shown.day!, shown.hour!, shown.minute!);
  return Math.round((local - at) / MINUTE_MS);
}

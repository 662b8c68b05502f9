import { addDays, dateInLondon, type FieldError, isLocalDate } from '@carers/kernel';
import { bankHolidays, evaluateOffer, hourOfWeek, type OfferReason, type OfferTerms } from '@carers/offer-rules';
import { readTime } from '../offer-form-values.js';
import { instantOf } from './london-instant.js';

/** A time that somebody asks about: the instant `from`, or any time until `until`, which does not count. */
export interface AskedTime {
  from: Date;
  until: Date | null;
}

/** May an offer be used then? In the words of a till; the directory knows of no card, no basket and no uses. */
export interface AnswerThen {
  usable: boolean;
  reason: OfferReason | null;
  /** The first time from then on, where that is not at once; null too where there is none. */
  nextUsableAt: Date | null;
}

/** The two boxes of a page, as they were filled in. */
export interface TimeBoxes {
  usableOn: string;
  usableTime: string;
}

const hoursInWeek = 168;

/**
 * The time that `usableAt` means: an instant for `instantOf`, or the whole day of a date.
 * @returns null when it is no time from 2000 to 2199, the years that the rules know
 */
export function askedTime(typed: string): AskedTime | null {
  const text = typed.trim();
  if (!/^2[01]\d\d-/.test(text)) return null;
  if (!isLocalDate(text)) {
    const from = instantOf(text);
    return from && { from, until: null };
  }
  return { from: instantOf(`${text}T00:00`)!, until: instantOf(`${addDays(text, 1)}T00:00`) };
}

/** What the rules say of an offer at a time that was asked about. */
export function answerThen(terms: OfferTerms, { from, until }: AskedTime): AnswerThen {
  const answer = evaluateOffer({ terms, at: from });
  if (answer.usable) return { usable: true, reason: null, nextUsableAt: null };
  const { reason, nextUsableAt } = answer;
  if (until && nextUsableAt && nextUsableAt < until) return { usable: true, reason: null, nextUsableAt };
  return { usable: false, reason, nextUsableAt };
}

/** The same without the next time: for lists. */
export function isUsableThen(terms: OfferTerms, asked: AskedTime): boolean {
  if (asked.until) return answerThen(terms, asked).usable;
  return evaluateOffer({ terms, at: asked.from, findNext: false }).usable;
}

/** The asked hours among those of a week, Monday's first, as the bits of `offer_listing.open_hours`. */
export function hoursAsked({ from, until }: AskedTime): string {
  const hour = hourOfWeek(from);
  return ('0'.repeat(hour) + '1'.repeat(until ? 24 : 1)).padEnd(hoursInWeek, '0');
}

export function isOnBankHoliday({ from }: AskedTime): boolean {
  const day = dateInLondon(from);
  return bankHolidays(Number(day.slice(0, 4))).includes(day);
}

/**
 * Reads a page's boxes for a day and a time, or `usableAt` of a link. A day alone asks about all of it.
 * @returns `usableAt` for the boxes, undefined where nothing (or nothing that can be read) was asked
 */
export function readTimeBoxes(query: Record<string, unknown>): {
  boxes: TimeBoxes;
  usableAt: string | undefined;
  errors: FieldError[];
} {
  const typed = (name: string) => (typeof query[name] === 'string' ? query[name].trim().slice(0, 40) : '');
  const boxes = { usableOn: typed('usableOn'), usableTime: typed('usableTime') };
  const linked = typed('usableAt');
  if (!boxes.usableOn && !boxes.usableTime) {
    const asked = linked ? askedTime(linked) : null;
    const wrong = linked && !asked ? [{ field: 'usableOn', message: 'offers:errors.usable-on' }] : [];
    return { boxes: asked ? boxesOf(asked) : boxes, usableAt: asked ? linked : undefined, errors: wrong };
  }
  const errors: FieldError[] = [];
  const day = dayOf(boxes.usableOn);
  const time = boxes.usableTime ? readTime(boxes.usableTime) : null;
  if (!boxes.usableOn) errors.push({ field: 'usableOn', message: 'offers:errors.usable-day' });
  else if (!day) errors.push({ field: 'usableOn', message: 'offers:errors.usable-on' });
  if (boxes.usableTime && !time) errors.push({ field: 'usableTime', message: 'offers:errors.time' });
  if (errors.length || !day) return { boxes, usableAt: undefined, errors };
  const usableAt = time ? `${day}T${time}` : day;
  if (askedTime(usableAt)) return { boxes: { ...boxes, usableOn: day }, usableAt, errors };
  // The hour that is skipped when clocks go forward.
  return { boxes, usableAt: undefined, errors: [{ field: 'usableTime', message: 'offers:errors.usable-skipped' }] };
}

/** The boxes filled in again. */
function boxesOf({ from, until }: AskedTime): TimeBoxes {
  const usableOn = dateInLondon(from);
  const minute = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', timeStyle: 'short' }).format(from);
  return { usableOn, usableTime: until ? '' : minute };
}

/** `2026-11-21`, or `21/11/2026` and the like from a browser without a calendar; null for anything else. */
function dayOf(typed: string): string | null {
  const parts = /^(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})$/.exec(typed);
  const day = parts ? `${parts[3]}-${parts[2]!.padStart(2, '0')}-${parts[1]!.padStart(2, '0')}` : typed;
  return isLocalDate(day) && askedTime(day) ? day : null;
}

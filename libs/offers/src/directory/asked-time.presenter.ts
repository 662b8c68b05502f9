import { dateInLondon } from '@carers/kernel';
import { type ClosedReason, type OfferTerms, whyClosed } from '@carers/offer-rules';
import type { Words } from '@carers/pages';
import { answerThen, type AskedTime } from './asked-time.js';

/** The answer to "Can I use it then?", a sentence each. */
export interface ToldThen {
  usable: boolean;
  answer: string;
  why: string | null;
  next: string | null;
  /** The next time for machines: an ISO instant. */
  nextAt: string | null;
}

/** "Saturday 21 November 2026 at 2pm", or the day alone. */
export function tellTime({ from, until }: AskedTime, words: Words): string {
  return until ? words.weekdayDate(from) : tellInstant(from, words);
}

/** The answer for one offer, in plain words. */
export function tellThen(terms: OfferTerms, asked: AskedTime, words: Words): ToldThen {
  const time = tellTime(asked, words);
  const { usable, nextUsableAt } = answerThen(terms, asked);
  if (usable) {
    const from = nextUsableAt && words.clockTime(nextUsableAt);
    const answer = from ? words.t('offers:then.yes-from', { time, from }) : words.t('offers:then.yes', { time });
    return { usable, answer, why: null, next: null, nextAt: null };
  }
  const reason = whyClosed(terms, asked.from);
  return {
    usable,
    answer: words.t('offers:then.no', { time }),
    why: reason && tellReason(reason, terms, asked, words),
    next: tellNext(nextUsableAt, words),
    nextAt: nextUsableAt?.toISOString() ?? null,
  };
}

function tellReason(reason: ClosedReason, terms: OfferTerms, asked: AskedTime, words: Words): string {
  switch (reason) {
    case 'not_started':
      return words.t('offers:then.not-started', { day: words.longDate(terms.startsOn!) });
    case 'ended':
      return words.t('offers:then.ended', { day: words.longDate(terms.endsOn!) });
    case 'other_day':
      return words.t('offers:then.other-day', { days: words.dayNames(terms.days!) });
    case 'excluded_date':
      return words.t('offers:then.excluded-date');
    case 'bank_holiday':
      return words.t('offers:then.bank-holiday');
    case 'other_time':
      return words.t(asked.until ? 'offers:then.not-that-day' : 'offers:then.other-time');
  }
}

function tellNext(next: Date | null, words: Words): string {
  if (!next) return words.t('offers:then.never');
  const startsAtMidnight = dateInLondon(new Date(next.getTime() - 1)) !== dateInLondon(next);
  const time = startsAtMidnight ? words.weekdayDate(next) : tellInstant(next, words);
  return words.t('offers:then.next', { time });
}

function tellInstant(at: Date, words: Words): string {
  return words.t('pages:date-time', { date: words.weekdayDate(at), time: words.clockTime(at) });
}

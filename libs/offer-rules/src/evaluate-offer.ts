import { ageOn, type LocalDate } from './local-days.js';
import { limitsClearAt, usesLeft, type OfferUsage } from './limits.js';
import { londonMoment } from './london-time.js';
import { isOpen, nextOpening } from './opening.js';
import { savingOn } from './saving.js';
import type { OfferTerms } from './terms.js';

/** Kind of card, as signed into it: `young` for carers under 18, `test` for training. */
export type CardKind = 'adult' | 'young' | 'test';

/** What the rules may know of the person. A till without a connection knows the kind only. */
export interface CardFacts {
  kind: CardKind;
  bornOn?: LocalDate | null;
  /** Years; used when `bornOn` is not known. */
  age?: number | null;
  /** Hours of caring in a week. */
  hoursOfCaring?: number | null;
}

export interface OfferQuestion {
  terms: OfferTerms;
  /** Where it would be used. Left out by the directory: any branch. */
  branchId?: string | null;
  /** When: a Date, or milliseconds since 1970. */
  at: Date | number;
  /** Left out by the directory: what is asked of the person is not looked at. */
  card?: CardFacts | null;
  /** Price of the goods without the offer. Left out: the minimum spend is for the till to see to. */
  basketPence?: number | null;
  /** Left out: not used yet. */
  usage?: OfferUsage;
  /** Age of the till's status list, in days. Left out: answered from the registry itself. */
  listAgeDays?: number | null;
  /** false saves the search for `nextUsableAt`, which is then null. */
  findNext?: boolean;
}

/** The contract's reasons that are about an offer, in the order they are looked at; the first that applies is given. */
export const offerReasons = [
  'offer_not_here',
  'not_eligible',
  'list_too_old',
  'offer_not_now',
  'limit_reached',
  'below_minimum_spend',
] as const;

export type OfferReason = (typeof offerReasons)[number];

export type OfferAnswer =
  | { usable: true; remaining: number | null; savingPence: number | null }
  | { usable: false; reason: OfferReason; nextUsableAt: Date | null; remaining: number | null };

const ADULT_AGE = 18;

/**
 * May this offer be used, here and now, by this card?
 *
 * `remaining` is the number of uses left now, this one included (null: no limit). `nextUsableAt` is the first instant
 * at which days, times and limits allow it again, for `offer_not_now` and `limit_reached`; the basket must still reach
 * the minimum. Every other reason has null, because waiting is not what helps — and because the day on which somebody
 * reaches an age would tell the shop their birthday.
 *
 * @throws RangeError when the instant, basket, usage or list age is not a possible number
 */
export function evaluateOffer(question: OfferQuestion): OfferAnswer {
  const { terms, usage, basketPence } = question;
  const at = Number(question.at);
  refuseImpossible(question, at);
  const remaining = usesLeft(terms.limits, usage);
  const reason = firstReason(question, at, remaining);
  if (reason === null) return { usable: true, remaining, savingPence: savingOn(terms, basketPence) };
  return { usable: false, reason, nextUsableAt: whenNext(question, at, reason), remaining };
}

function firstReason(question: OfferQuestion, at: number, remaining: number | null): OfferReason | null {
  const { terms, branchId, basketPence, listAgeDays } = question;
  if (branchId && terms.branchIds && !terms.branchIds.includes(branchId)) return 'offer_not_here';
  if (question.card && !isEligible(terms, question.card, at)) return 'not_eligible';
  if (typeof terms.staleListDays === 'number' && (listAgeDays ?? 0) > terms.staleListDays) return 'list_too_old';
  if (!isOpen(terms, at)) return 'offer_not_now';
  if (remaining === 0) return 'limit_reached';
  if (typeof basketPence === 'number' && basketPence < (terms.minimumSpendPence ?? 0)) return 'below_minimum_spend';
  return null;
}

/** A test card meets everything asked of a person, so that staff can practise; what is not known is not met. */
function isEligible(terms: OfferTerms, card: CardFacts, at: number): boolean {
  if (card.kind === 'test') return true;
  if (terms.minimumHoursOfCaring && (card.hoursOfCaring ?? 0) < terms.minimumHoursOfCaring) return false;
  return !terms.minimumAge || ageAtLeast(card, at) >= terms.minimumAge;
}

/** The age that is certain from what is known. A card of kind `adult` alone proves 18. */
function ageAtLeast(card: CardFacts, at: number): number {
  if (card.bornOn) return ageOn(card.bornOn, londonMoment(at).day);
  return card.age ?? (card.kind === 'adult' ? ADULT_AGE : 0);
}

function whenNext({ terms, usage, findNext }: OfferQuestion, at: number, reason: OfferReason): Date | null {
  if (findNext === false || (reason !== 'offer_not_now' && reason !== 'limit_reached')) return null;
  const clear = limitsClearAt(terms.limits, usage, at);
  const next = clear === null ? null : nextOpening(terms, clear);
  return next === null ? null : new Date(next);
}

function refuseImpossible({ basketPence, usage, listAgeDays }: OfferQuestion, at: number): void {
  if (!Number.isFinite(at)) throw new RangeError('The instant of the question is not a time.');
  if (typeof basketPence === 'number' && !isCount(basketPence)) {
    throw new RangeError('The basket is not a whole number of pence.');
  }
  if (usage && !(isCount(usage.card) && isCount(usage.today) && isCount(usage.total))) {
    throw new RangeError('The uses so far are not whole numbers.');
  }
  if (typeof listAgeDays === 'number' && !(listAgeDays >= 0)) {
    throw new RangeError('The age of the status list is not a number of days.');
  }
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

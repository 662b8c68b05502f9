import type { LocalDate } from './local-days.js';

/** The value of an offer: what the cardholder gets. Money is in whole pence. */
export type OfferValue =
  | { kind: 'percentage'; percent: number; capPence?: number }
  | { kind: 'amount_off'; amountPence: number }
  | { kind: 'fixed_price'; pricePence: number; item?: string }
  | { kind: 'free_item'; item: string }
  | { kind: 'service'; service: string };

export type OfferKind = OfferValue['kind'];

export const whoCovered = ['carer', 'carer_and_cared_for', 'household'] as const;
export const howUsed = ['in_person', 'online_code', 'phone'] as const;
export const limitPeriods = ['day', 'week', 'month', 'year', 'ever'] as const;

export type WhoCovered = (typeof whoCovered)[number];
export type HowUsed = (typeof howUsed)[number];
export type LimitPeriod = (typeof limitPeriods)[number];

/**
 * Opening of an offer, `HH:MM` by the local clock. `from` counts, `to` does not: until 17:00 means 16:59:59 is the last.
 * When `to` is not after `from`, it ends on the following day, and all of it belongs to the day on which it began.
 */
export interface TimeRange {
  from: string;
  to: string;
}

export interface OfferLimits {
  /** Uses by one card in one calendar period (weeks begin on Monday, all by London's calendar). */
  perCard?: { count: number; period: LimitPeriod };
  /** Uses by all cards together in one local day. */
  perDay?: number;
  /** Uses by all cards together, ever. */
  total?: number;
}

export interface OfferConditions {
  who: WhoCovered;
  how: HowUsed;
  /** The basket must come to this much. */
  minimumSpendPence?: number;
  /** What the offer does not include, in the business's words; it follows "Does not include". */
  excludes?: string;
  /** ISO weekdays, Monday 1 to Sunday 7. Absent: every day. */
  days?: number[];
  /** Absent: all day. */
  times?: TimeRange[];
  startsOn?: LocalDate;
  /** The last day, which still counts. */
  endsOn?: LocalDate;
  excludedDates?: LocalDate[];
  excludesBankHolidays?: boolean;
  /** Absent: at every branch. */
  branchIds?: string[];
  limits?: OfferLimits;
  minimumAge?: number;
  /** Hours of caring in a week. */
  minimumHoursOfCaring?: number;
  /** Oldest status list, in days, with which a till may still give the offer. Absent: any age. */
  staleListDays?: number;
}

/** The terms of an offer, as plain JSON: what a business agreed to give, and when. Kept as it is in a jsonb column. */
export type OfferTerms = OfferValue & OfferConditions;

import { type LimitPeriod, type OfferLimits, type OfferTerms, usagePeriodStart } from '@carers/offer-rules';

/** Codes that somebody may have where the offer itself limits nothing. */
const byDefault: NonNullable<OfferLimits['perCard']> = { count: 1, period: 'day' };

/** The terms by which codes are handed out: those of the offer, and never without a limit per card. */
export function handingTerms(terms: OfferTerms): OfferTerms & { limits: { perCard: { count: number } } } {
  return { ...terms, limits: { ...terms.limits, perCard: terms.limits?.perCard ?? byDefault } };
}

/** The period for which a code is handed out at an instant, as "week:2026-11-16"; "ever" where it never begins anew. */
export function periodAt(terms: OfferTerms, at: Date): string {
  return periodNow((terms.limits?.perCard ?? byDefault).period, at);
}

/** The running period of a kind, as codes carry it. */
export function periodNow(period: LimitPeriod, at: Date): string {
  const start = usagePeriodStart(period, at);
  return start === null ? period : `${period}:${start}`;
}

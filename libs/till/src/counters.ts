import { usagePeriodStart } from '@carers/offer-rules';
import type { BranchOffer } from './validate.statement.js';

/** A counter by which a limit is held: `total`, `day:…` or `card:…` of an offer. */
export interface Counter {
  offerId: string;
  /** An asterisk stands for the cardholder, whom the database knows and the till does not. */
  scope: string;
}

/**
 * The counters of offers at an instant, which is in `today` in London: those that the database's `offer_scopes` gives.
 */
export function countersOf(offers: readonly BranchOffer[], at: Date, today: string): Counter[] {
  return offers.flatMap(({ id: offerId, terms: { limits } }) => {
    const scopes: string[] = [];
    if (limits?.total !== undefined) scopes.push('total');
    if (limits?.perDay !== undefined) scopes.push(`day:${today}`);
    if (limits?.perCard) {
      const start = usagePeriodStart(limits.perCard.period, at);
      scopes.push(start === null ? 'card:*' : `card:*:${start}`);
    }
    return scopes.map((scope) => ({ offerId, scope }));
  });
}

import { sealing } from '@carers/database';
import { type CardFacts, evaluateOffer, type OfferKind, type OfferReason, type OfferUsage } from '@carers/offer-rules';
import type { BranchOffer, CountedUse, ValidationRow } from './validate.statement.js';

/** One offer in the answer to a scan. `remaining` counts this use; null where there is no limit. */
export interface OfferLine {
  id: string;
  title: string;
  /** The whole of its terms as a sentence. */
  terms: string;
  kind: OfferKind;
  /** What the basket must come to, in pence; null where any will do. */
  minimumSpendPence: number | null;
  usable: boolean;
  reason: OfferReason | null;
  remaining: number | null;
  /** ISO instant, where waiting helps. */
  nextUsableAt: string | null;
}

/** Where, when and for whom an offer is judged. */
export interface Circumstances {
  branchId: string;
  at: Date;
  facts: CardFacts;
  uses: readonly CountedUse[];
}

/** What may be used of an offer, in the terms of the API. */
export function lineOf(offer: BranchOffer, { branchId, at, facts, uses }: Circumstances): OfferLine {
  const { id, title, sentence, terms } = offer;
  const answer = evaluateOffer({ terms, branchId, at, card: facts, usage: usageOf(id, uses) });
  return {
    id,
    title,
    terms: sentence,
    kind: terms.kind,
    minimumSpendPence: terms.minimumSpendPence ?? null,
    usable: answer.usable,
    reason: answer.usable ? null : answer.reason,
    remaining: answer.remaining,
    nextUsableAt: answer.usable ? null : (answer.nextUsableAt?.toISOString() ?? null),
  };
}

/** Uses so far of one offer, as the rules want them. */
export function usageOf(offerId: string, uses: readonly CountedUse[]): OfferUsage {
  const usage = { card: 0, today: 0, total: 0 };
  for (const [id, scope, used] of uses) {
    if (id !== offerId) continue;
    if (scope === 'total') usage.total = used;
    else if (scope.startsWith('day:')) usage.today = used;
    else usage.card = used;
  }
  return usage;
}

/** What the rules may know of the person. The date of birth is opened only where it was read: for an offer that asks. */
export function factsOf(row: Pick<ValidationRow, 'kind' | 'birth_date' | 'hours_of_caring'>): CardFacts {
  const { kind, birth_date, hours_of_caring } = row;
  return {
    kind: kind ?? 'adult',
    bornOn: birth_date ? sealing().open(birth_date, 'birth_date') : null,
    hoursOfCaring: hours_of_caring ?? null,
  };
}

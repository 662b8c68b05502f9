import { columnOf, type PreparedStatement } from '@carers/database';
import type { ValidationToWrite } from './validate.statement.js';

/** One check by itself: half the time of a batch of one in PostgreSQL. Its value is a `CheckAnswer`. */
export const loneCheckStatement: PreparedStatement = {
  name: 'till-check-lone',
  text: 'SELECT till_check_lone($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)',
};

/** Whether nothing is to be read or noted besides card and counters. */
export function isForLoneCheck({ wantsOffers, wantsPerson, noted }: ValidationToWrite): boolean {
  return !(wantsOffers || wantsPerson || noted);
}

export function loneCheckValues(item: ValidationToWrite): (string | null)[] {
  const { id, keyHash, scanId, at, today, credentialId, cardNumber, refusal, fresh, counters } = item;
  return [
    id,
    keyHash,
    scanId,
    at.toISOString(),
    today,
    credentialId,
    cardNumber,
    refusal,
    String(fresh),
    columnOf(counters.map(({ offerId }) => offerId)),
    columnOf(counters.map(({ scope }) => scope)),
  ];
}

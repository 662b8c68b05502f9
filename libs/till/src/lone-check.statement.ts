import type { PreparedStatement } from '@carers/database';
import type { ValidationRow, ValidationToWrite } from './validate.statement.js';

/** What the database answers, in the order of the function's array. */
export type LoneAnswer = [
  till: ValidationRow['till_id'],
  mayValidate: ValidationRow['may_validate'],
  branch: ValidationRow['branch_id'],
  outcome: ValidationRow['outcome'],
  reason: ValidationRow['reason'],
  card: ValidationRow['card_id'],
  earlierCard: ValidationRow['earlier_card_id'],
  isRepeat: boolean,
  printedName: ValidationRow['printed_name'],
  validUntil: ValidationRow['valid_until'],
  kind: ValidationRow['kind'],
  medium: ValidationRow['medium'],
];

/** One check by itself, for which nothing is read beside the card: half the time of a batch of one in PostgreSQL. */
export const loneCheckStatement: PreparedStatement = {
  name: 'till-check-lone',
  text: 'SELECT till_check_lone($1, $2, $3, $4, $5, $6, $7, $8, $9)',
};

export function isForLoneCheck({ wantsOffers, wantsUses, wantsPerson, noted }: ValidationToWrite): boolean {
  return !(wantsOffers || wantsUses || wantsPerson || noted);
}

export function loneCheckValues(item: ValidationToWrite): (string | null)[] {
  const { id, keyHash, scanId, at, today, credentialId, cardNumber, refusal, fresh } = item;
  return [id, keyHash, scanId, at.toISOString(), today, credentialId, cardNumber, refusal, String(fresh)];
}

export function loneCheckRow(answer: LoneAnswer): ValidationRow {
  const [till, mayValidate, branch, outcome, reason, card, earlierCard, isRepeat, name, until, kind, medium] = answer;
  return {
    till_id: till,
    may_validate: mayValidate,
    branch_id: branch,
    outcome,
    reason,
    card_id: card,
    earlier_card_id: earlierCard,
    is_repeat: isRepeat,
    printed_name: name,
    valid_until: until,
    kind,
    medium,
  };
}

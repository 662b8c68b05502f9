import type { CountedUse, ValidationRow } from './validate.statement.js';

/** What the database answers to one check. A till that may not ask is told the first three only. */
export type CheckAnswer = [
  till: ValidationRow['till_id'],
  mayValidate: ValidationRow['may_validate'],
  branch: ValidationRow['branch_id'],
  outcome?: ValidationRow['outcome'],
  reason?: ValidationRow['reason'],
  card?: ValidationRow['card_id'],
  earlierCard?: ValidationRow['earlier_card_id'],
  isRepeat?: boolean,
  printedName?: ValidationRow['printed_name'],
  validUntil?: ValidationRow['valid_until'],
  kind?: ValidationRow['kind'],
  medium?: ValidationRow['medium'],
  uses?: CountedUse[] | null,
];

/** The same with names. */
export function rowOf([
  till,
  mayValidate,
  branch,
  outcome = null,
  reason = null,
  card = null,
  earlierCard = null,
  isRepeat = false,
  name = null,
  until = null,
  kind = null,
  medium = null,
  uses = null,
]: CheckAnswer): ValidationRow {
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
    uses,
  };
}

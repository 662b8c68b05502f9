import { columnOf, type PreparedStatement } from '@carers/database';
import type { TillReason } from './reasons.js';

/** One use on its way to the database. `revision` and `saving` are those that the rules were worked out with. */
export interface RedemptionToWrite {
  redemptionId: string;
  keyHash: string;
  scanId: string;
  offerId: string;
  revision: number;
  at: Date;
  occurredAt: Date;
  today: string;
  basket: number | null;
  saving: number | null;
}

/** What became of a use: recorded now or before, with what is on record, or why not. */
export type RedeemAnswer =
  | { answer: 'redeemed' | 'again'; id: string; happened: Date; saved: number | null; undone: boolean }
  | { answer: 'unknown_till' | 'scope_missing' | 'no_validation' | 'terms_changed' | 'limit_reached' | TillReason };

/** The answer to a batch. */
export interface RedeemAnswers {
  /** A word for each. */
  answers: RedeemAnswer['answer'][];
  /** What is on record of those that were recorded before, each of the use in its place, counted from 1. */
  earlier?: { place: number; id: string; happened: string; saved: number | null; undone: string | null }[] | null;
}

/** The values of the statement for a batch: one array for each column. */
export function redeemValues(items: readonly RedemptionToWrite[]): string[] {
  return [
    columnOf(items.map(({ redemptionId }) => redemptionId)),
    columnOf(items.map(({ keyHash }) => keyHash)),
    columnOf(items.map(({ scanId }) => scanId)),
    columnOf(items.map(({ offerId }) => offerId)),
    columnOf(items.map(({ revision }) => revision)),
    columnOf(items.map(({ at }) => at.toISOString())),
    columnOf(items.map(({ occurredAt }) => occurredAt.toISOString())),
    columnOf(items.map(({ today }) => today)),
    columnOf(items.map(({ basket }) => basket)),
    columnOf(items.map(({ saving }) => saving)),
  ];
}

/** The answers in the order of the items. */
export function redeemAnswers(
  { answers, earlier }: RedeemAnswers,
  items: readonly RedemptionToWrite[],
): RedeemAnswer[] {
  const all = answers.map((answer, index): RedeemAnswer => {
    if (answer !== 'redeemed' && answer !== 'again') return { answer };
    const { redemptionId: id, occurredAt: happened, saving: saved } = items[index]!;
    return { answer, id, happened, saved, undone: false };
  });
  for (const { place, id, happened, saved, undone } of earlier ?? []) {
    all[place - 1] = { answer: 'again', id, happened: new Date(happened), saved, undone: undone !== null };
  }
  return all;
}

/** Records any number of uses in one round trip. The SQL is the function's (migrations). */
export const redeemStatement: PreparedStatement = {
  name: 'till-redeem',
  text: "SELECT json_build_object('uses', till_record($1, $2, $3, $4, $5, $6, $7, $8, $9, $10))",
};

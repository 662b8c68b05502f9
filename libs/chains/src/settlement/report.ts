/** Why a line of a settlement file is not counted, in words for machines; the catalogue has those for people. */
export const unmatchedReasons = [
  'quotes',
  'no-code',
  'cut-off',
  'unknown-code',
  'not-handed-out',
  'before-handed-out',
  'used-before',
  'no-store',
  'unknown-store',
  'date',
  'future',
  'too-old',
  'no-reference',
  'reference-too-long',
  'amount',
  'amount-unit',
  'amount-too-large',
  'refund-of-nothing',
] as const;

export type UnmatchedReason = (typeof unmatchedReasons)[number];

/** A line that is not counted, with the cells that we look at and no others. */
export interface UnmatchedLine {
  /** Number of the line on which it begins, from 1. */
  line: number;
  reason: UnmatchedReason;
  cells: { code: string; store: string; at: string; amount: string; reference: string };
}

/** What became of a file. Money in whole pence. */
export interface SettlementReport {
  lines: number;
  counted: number;
  /** Told of before, by this file or another. */
  already: number;
  /** Uses taken back by refunds. */
  takenBack: number;
  unmatched: number;
  /** Of those counted: not as the offer's terms say. They happened, so they count. */
  outside: number;
  basketPence: number;
  savingPence: number;
  /** How many lines were not counted, by reason. */
  reasons: Partial<Record<UnmatchedReason, number>>;
}

/** A report in which nothing has happened yet. */
export function emptyReport(): SettlementReport {
  return {
    lines: 0,
    counted: 0,
    already: 0,
    takenBack: 0,
    unmatched: 0,
    outside: 0,
    basketPence: 0,
    savingPence: 0,
    reasons: {},
  };
}

import { isEan13 } from '@carers/credentials';
import { readAmount } from './amounts.js';
import type { Column, ColumnMap } from './columns.js';
import { readMoment } from './moments.js';
import type { UnmatchedLine, UnmatchedReason } from './report.js';

/** One use, or one taken back, as a line tells it. */
export interface SettlementLine {
  line: number;
  refund: boolean;
  /** The code as it may have been written, the likeliest first. */
  codes: readonly string[];
  /** The transaction; of a refund, the one that it takes back where the file names it. */
  reference: string;
  /** Number of the receipt's line; empty where the file has none. */
  item: string;
  /** Null for a refund whose store is not known: what it takes back is found anyway. */
  branchId: string | null;
  occurredAt: Date;
  /** What the basket came to; null where it is not told. */
  pence: number | null;
  cells: UnmatchedLine['cells'];
}

/** What lines are judged by. */
export interface LineFacts {
  map: ColumnMap;
  /** Finds a branch by what the chain calls it; null for one we do not know. */
  branchOf: (reference: string) => string | null;
  /** The only place of the business, where it has one and the file names none. */
  onlyBranch: string | null;
  now: Date;
}

const day = 86_400_000;
/** Uses of longer ago, in days, are not taken in: figures of finished years must not change. */
export const oldestSaleDays = 400;
const longestReference = 100;
const refundTypes = /^(?:refund|return|returned|void|voided|reversal|reversed|cancelled|credit)s?$/i;

/** Reads one line of a file after another. Pure: it looks nothing up but branches. */
export class LineReader {
  constructor(private readonly facts: LineFacts) {}

  read(line: number, given: readonly string[] | null): SettlementLine | UnmatchedLine {
    const cell = (column: Column) => given?.[this.facts.map.at.get(column) ?? -1]?.trim() ?? '';
    const cells = {
      code: cell('code').slice(0, 60),
      store: cell('store').slice(0, 60),
      at: [cell('at'), cell('time')].filter(Boolean).join(' ').slice(0, 60),
      amount: cell('amount').slice(0, 30),
      reference: cell('reference').slice(0, 120),
    };
    const unmatched = (reason: UnmatchedReason): UnmatchedLine => ({ line, reason, cells });
    if (!given) return unmatched('quotes');
    const code = cell('code');
    if (!code) return unmatched('no-code');
    if (/^\d+(?:\.\d+)?e\+?\d+$/i.test(code)) return unmatched('cut-off');

    const amount = cell('amount') ? readAmount(cell('amount'), this.facts.map.unit) : { pence: null };
    if ('fault' in amount) return unmatched(amount.fault);
    const refund = refundTypes.test(cell('type')) || (amount.pence ?? 0) < 0;

    const occurredAt = readMoment(cell('at'), cell('time'));
    if (!occurredAt) return unmatched('date');
    if (occurredAt.getTime() > this.facts.now.getTime() + day) return unmatched('future');
    if (occurredAt.getTime() < this.facts.now.getTime() - oldestSaleDays * day) return unmatched('too-old');

    const reference = (refund && cell('refers')) || cell('reference');
    if (!reference) return unmatched('no-reference');
    if (reference.length > longestReference) return unmatched('reference-too-long');

    const branchId = this.branch(cell('store'));
    if (!branchId && !refund) return unmatched(cell('store') ? 'unknown-store' : 'no-store');
    const pence = amount.pence && Math.abs(amount.pence);
    const item = cell('item').slice(0, 60);
    return { line, refund, codes: codesOf(code), reference, item, branchId, occurredAt, pence, cells };
  }

  private branch(store: string): string | null {
    return store ? this.facts.branchOf(store) : this.facts.onlyBranch;
  }
}

/** Spaces that people read by may be none of the code; a number may have lost its leading noughts in a spreadsheet. */
function codesOf(text: string): string[] {
  const digits = text.replace(/[\s-]/g, '');
  if (!/^\d+$/.test(digits)) return [text];
  const padded = digits.padStart(13, '0');
  return [...new Set([text, digits, ...(digits.length >= 11 && isEan13(padded) ? [padded] : [])])];
}

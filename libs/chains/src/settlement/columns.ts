import { SettlementHeadingsMissing } from '../chains.problems.js';

/** What we look at in a settlement file. */
export const columns = ['code', 'store', 'at', 'time', 'amount', 'reference', 'item', 'type', 'refers'] as const;

export type Column = (typeof columns)[number];
export type Unit = 'pounds' | 'pence';

/** What somebody says about a file whose headings do not speak for themselves. */
export interface ColumnOptions {
  /** Headings as they stand in the file, case and spaces aside. */
  columns?: Partial<Record<Column, string>>;
  /** What amounts are in, where neither their heading nor a sign says so. */
  amounts?: Unit;
}

/** Where each column stands, and what its amounts are in; null where each amount has to say so itself. */
export interface ColumnMap {
  at: ReadonlyMap<Column, number>;
  unit: Unit | null;
}

/** Headings that tills and their offices write, the likeliest first; all as `plain` leaves them. */
const known: Record<Column, readonly string[]> = {
  code: [
    ...['voucher code', 'coupon code', 'discount code', 'promotion code', 'promo code', 'barcode', 'code', 'ean'],
    ...['ean13', 'ean 13', 'voucher', 'voucher number', 'coupon', 'promotion', 'our code', 'number'],
  ],
  store: [
    ...['store number', 'store no', 'store id', 'store code', 'store', 'branch number', 'branch no', 'branch id'],
    ...['branch code', 'branch reference', 'branch', 'shop number', 'shop', 'site', 'location', 'outlet'],
  ],
  at: [
    ...['date time', 'datetime', 'date and time', 'timestamp', 'transaction date time', 'transaction date'],
    ...['sale date', 'sold at', 'sold on', 'date'],
  ],
  time: ['transaction time', 'sale time', 'time'],
  amount: [
    ...['basket amount', 'basket total', 'basket value', 'basket', 'transaction amount', 'transaction value'],
    ...['amount', 'gross amount', 'total', 'value', 'spend', 'sale amount', 'sales'],
  ],
  reference: [
    ...['transaction reference', 'transaction ref', 'transaction id', 'transaction number', 'transaction no'],
    ...['transaction', 'reference', 'ref', 'receipt number', 'receipt no', 'receipt', 'txn', 'txn id', 'order number'],
  ],
  item: ['line number', 'line no', 'line', 'item number', 'item no', 'item line'],
  type: ['transaction type', 'type', 'kind'],
  refers: [
    ...['original transaction reference', 'original transaction', 'original reference', 'original ref', 'refund of'],
    ...['refers to'],
  ],
};

const needed: readonly Column[] = ['code', 'at', 'reference'];
const inPence = /\b(?:pence|p)$/;
const inPounds = /\b(?:pounds|gbp)$|£/;

/**
 * Finds the columns by the first row of a file.
 * @param storesMatter false where the business has one place, which every line is then of
 * @throws SettlementHeadingsMissing
 */
export function findColumns(headings: readonly string[], options: ColumnOptions, storesMatter: boolean): ColumnMap {
  const names = headings.map(plain);
  const at = new Map<Column, number>();
  for (const column of columns) {
    const told = options.columns?.[column];
    const wanted = told ? [plain(told)] : known[column];
    const place = wanted
      .map((name) => names.findIndex((found) => fits(column, found, name)))
      .find((found) => found >= 0);
    if (place !== undefined && (told || ![...at.values()].includes(place))) at.set(column, place);
  }
  const missing = [...needed, ...(storesMatter ? (['store'] as const) : [])].filter((column) => !at.has(column));
  if (missing.length > 0) throw new SettlementHeadingsMissing(missing.map((column) => `chains:columns.${column}`));
  const amount = at.get('amount');
  return { at, unit: options.amounts ?? (amount === undefined ? null : unitOf(headings[amount]!)) };
}

/** An amount's heading may end in what it is in: "Amount (£)", "Basket pence". */
function fits(column: Column, found: string, name: string): boolean {
  if (found === name) return true;
  return column === 'amount' && found.replace(/ ?(?:£|pence|pounds|gbp|p)$/, '') === name;
}

function unitOf(heading: string): Unit | null {
  const text = plain(heading);
  if (inPence.test(text)) return 'pence';
  return inPounds.test(text) ? 'pounds' : null;
}

/** "Store_No. " → "store no". */
function plain(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^a-z0-9£]+/g, ' ')
    .trim();
}

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SettlementHeadingsMissing } from '../chains.problems.js';
import { readAmount } from './amounts.js';
import { type ColumnOptions, findColumns } from './columns.js';
import { LineReader } from './line-reader.js';
import { readMoment } from './moments.js';
import { settlementScanId } from './scan-id.js';

describe('an amount', () => {
  it.each([
    ['4.50', 'pounds', 450],
    ['4.5', 'pounds', 450],
    ['4', 'pounds', 400],
    ['£1,204.50', null, 120450],
    ['GBP 3', null, 300],
    ['-£4.50', null, -450],
    ['£-4.50', null, -450],
    ['(4.50)', 'pounds', -450],
    ['4.50-', 'pounds', -450],
    ['−4.50', 'pounds', -450],
    ['450', 'pence', 450],
    ['450p', null, 450],
    ['450.00', 'pence', 450],
    ['£4.50', 'pence', 450],
    ['0', 'pence', 0],
    ['-0.00', 'pounds', 0],
  ] as const)('%s in %s is %i pence', (text, unit, pence) => {
    expect(readAmount(text, unit)).toEqual({ pence });
  });

  it.each([
    ['4.50', null, 'amount-unit'],
    ['450', null, 'amount-unit'],
    ['4.505', 'pounds', 'amount'],
    ['4,50', 'pounds', 'amount'],
    ['1,20,450', 'pounds', 'amount'],
    ['4.50', 'pence', 'amount'],
    ['four', 'pounds', 'amount'],
    ['1e3', 'pounds', 'amount'],
    ['=4', 'pounds', 'amount'],
    ['100000.01', 'pounds', 'amount-too-large'],
  ] as const)('%s in %s is refused as %s', (text, unit, fault) => {
    expect(readAmount(text, unit)).toEqual({ fault });
  });

  it('comes back as it was written, in either unit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000 }), fc.boolean(), (pence, back) => {
        const sign = back && pence > 0 ? '-' : '';
        const expected = { pence: sign ? -pence : pence };
        expect(readAmount(`${sign}${(pence / 100).toFixed(2)}`, 'pounds')).toEqual(expected);
        expect(readAmount(`${sign}${pence}`, 'pence')).toEqual(expected);
      }),
    );
  });
});

describe('a moment', () => {
  it.each([
    ['2026-11-21T14:30:00Z', '', '2026-11-21T14:30:00.000Z'],
    ['2026-06-21T14:30:00+02:00', '', '2026-06-21T12:30:00.000Z'],
    ['2026-06-21 14:30', '', '2026-06-21T13:30:00.000Z'],
    ['21/11/2026 14:30', '', '2026-11-21T14:30:00.000Z'],
    ['01/06/2026 09:05:30', '', '2026-06-01T08:05:30.000Z'],
    ['1.6.26', '09:05', '2026-06-01T08:05:00.000Z'],
    ['21-11-2026', '2:30pm', '2026-11-21T14:30:00.000Z'],
    ['21 Nov 2026 at 12:15 am', '', '2026-11-21T00:15:00.000Z'],
    ['21st November 2026', '', '2026-11-21T12:00:00.000Z'],
    ['20261121', '1430', null],
    ['20261121', '14:30', '2026-11-21T14:30:00.000Z'],
    ['21/11/2026 00:00:00', '14:30', '2026-11-21T14:30:00.000Z'],
    ['11/21/2026', '', null],
    ['29/02/2027', '', null],
    ['28/03/2027 01:30', '', null],
    ['21/11/2026 25:00', '', null],
    ['21/11/2026 13:00pm', '', null],
    ['yesterday', '', null],
    ['46347', '', null],
    ['', '', null],
  ])('%s %s is %s', (text, clock, at) => {
    expect(readMoment(text, clock)?.toISOString() ?? null).toBe(at);
  });
});

const options = (more: ColumnOptions = {}) => more;

describe('the headings of a file', () => {
  const where = (headings: string[], more = {}, storesMatter = true) =>
    Object.fromEntries(findColumns(headings, options(more), storesMatter).at);

  it('are found by what tills write', () => {
    expect(where(['Store_No.', 'Date', 'Time', 'Receipt no', 'VOUCHER CODE', 'Amount (£)'])).toEqual({
      store: 0,
      at: 1,
      time: 2,
      reference: 3,
      code: 4,
      amount: 5,
    });
    expect(where(['Transaction Date', 'branch', 'barcode', 'transaction id', 'type', 'original transaction'])).toEqual({
      at: 0,
      store: 1,
      code: 2,
      reference: 3,
      type: 4,
      refers: 5,
    });
  });

  it('may be told, and then stand above what is found', () => {
    const headings = ['Promo', 'When', 'Code', 'Till slip', 'Where'];
    expect(
      where(headings, { columns: { code: 'promo', at: ' WHEN ', reference: 'till-slip', store: 'Where' } }),
    ).toEqual({ code: 0, at: 1, reference: 3, store: 4 });
  });

  it('say what is missing', () => {
    expect(() => where(['a', 'b'])).toThrow(SettlementHeadingsMissing);
    expect(() => where(['code', 'date', 'reference'])).toThrow(SettlementHeadingsMissing);
    expect(where(['code', 'date', 'reference'], {}, false)).toEqual({ code: 0, at: 1, reference: 2 });
  });

  it.each([
    ['Amount (£)', 'pounds'],
    ['Basket GBP', 'pounds'],
    ['basket_pence', 'pence'],
    ['Amount (p)', 'pence'],
    ['Amount', null],
  ])('tell that %s is in %s', (heading, unit) => {
    expect(findColumns(['code', 'date', 'reference', heading], {}, false).unit).toBe(unit);
  });
});

describe('a line', () => {
  const headings = ['code', 'store', 'date', 'amount', 'reference', 'type', 'refund of', 'line'];
  const reader = new LineReader({
    map: findColumns(headings, { amounts: 'pounds' }, true),
    branchOf: (store) => (store === '42' ? 'branch' : null),
    onlyBranch: null,
    now: new Date('2026-11-21T12:00:00Z'),
  });
  const good = ['A1', '42', '20/11/2026 10:00', '4.50', 'T1'];
  const changed = (at: number, to: string) => good.map((cell, index) => (index === at ? to : cell));

  it('tells a use', () => {
    expect(reader.read(2, good)).toMatchObject({
      ...{ line: 2, refund: false, codes: ['A1'], reference: 'T1', branchId: 'branch', pence: 450 },
      occurredAt: new Date('2026-11-20T10:00:00Z'),
    });
  });

  it('tells a refund by its amount or its type, of the transaction it names', () => {
    expect(reader.read(2, changed(3, '-4.50'))).toMatchObject({ refund: true, reference: 'T1', pence: 450 });
    expect(reader.read(2, [...changed(4, 'T2'), 'Refund', 'T1'])).toMatchObject({ refund: true, reference: 'T1' });
    expect(reader.read(2, [...changed(1, 'elsewhere'), 'void'])).toMatchObject({ refund: true, branchId: null });
  });

  it.each([
    ['no-code', 0, ''],
    ['cut-off', 0, '5.01E+12'],
    ['no-store', 1, ''],
    ['unknown-store', 1, '43'],
    ['date', 2, '2026-13-01'],
    ['future', 2, '2026-11-23'],
    ['too-old', 2, '2024-11-23'],
    ['amount', 3, 'x'],
    ['no-reference', 4, ''],
    ['reference-too-long', 4, 'x'.repeat(101)],
  ])('is refused for %s', (reason, at, cell) => {
    expect(reader.read(9, changed(at, cell))).toMatchObject({ line: 9, reason });
  });

  it('gives a number its leading noughts and its spaces back', () => {
    expect(reader.read(2, changed(0, '12345678905'))).toMatchObject({ codes: ['12345678905', '0012345678905'] });
    expect(reader.read(2, changed(0, '4 006381 333931'))).toMatchObject({
      codes: ['4 006381 333931', '4006381333931'],
    });
  });
});

describe('the name of a use', () => {
  it('follows from business, transaction and line, and is a UUID of version 8', () => {
    const id = settlementScanId('b', 't', 'c');
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(settlementScanId('b', 't', 'c')).toBe(id);
    const others = [
      settlementScanId('b2', 't', 'c'),
      settlementScanId('b', 't2', 'c'),
      settlementScanId('b', 't', 'c2'),
    ];
    expect(new Set([id, ...others, settlementScanId('b', 'tc', '')]).size).toBe(5);
  });
});

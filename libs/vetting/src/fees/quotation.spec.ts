import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { takeApart } from '../programmes/programme-words.js';
import { shippedProgrammes } from '../programmes/read-programme.js';
import { partsOf } from './fee-invoices.js';
import { quote } from './quotation.js';

const documents = Object.fromEntries(shippedProgrammes().map((document) => [document.slug, document]));
const trader = takeApart('trader', documents['trader-vetting']!).programme;
const award = takeApart('award', documents['carer-friendly-award']!).programme;
const day = '2026-11-21';

describe('a quotation', () => {
  it.each([
    [1, 14_500, 27_000],
    [5, 14_500, 27_000],
    [6, 20_000, 40_500],
    [20, 20_000, 40_500],
    [21, 25_000, 54_000],
    [49, 25_000, 54_000],
  ])('for %d people is £ %d pence to apply and %d a year, before VAT', (employees, application, annual) => {
    const quoted = quote(trader, { employees, premises: 1, tradingNames: 1 }, day);
    expect(quoted).toMatchObject({
      byQuotation: false,
      application: { netPence: application },
      annual: { netPence: annual },
    });
    expect(quoted.application.totalPence).toBe(application * 1.2);
  });

  it('adds £85 for each further premises and £135 for each further name, and VAT', () => {
    const { application, annual } = quote(trader, { employees: 3, premises: 3, tradingNames: 2 }, day);
    expect(application.netPence).toBe(14_500);
    expect(annual.netPence).toBe(27_000 + 2 * 8_500 + 13_500);
    expect(annual.vatPence).toBe(11_500);
    expect(annual.lines.map(({ key, quantity }) => [key, quantity])).toEqual([
      ['vetting:fees.annual', 1],
      ['vetting:fees.extra-premises', 2],
      ['vetting:fees.extra-trading-name', 1],
    ]);
  });

  it('is left to staff from 50 people, until they set a price', () => {
    const many = { employees: 50, premises: 1, tradingNames: 1 };
    expect(quote(trader, many, day)).toMatchObject({
      byQuotation: true,
      application: { totalPence: 0 },
      annual: { lines: [] },
    });
    const set = quote(trader, many, day, { application: 40_000, annual: 90_000 });
    expect(set).toMatchObject({ byQuotation: false, application: { netPence: 40_000 }, annual: { netPence: 90_000 } });
  });

  it('is nothing for the award, before a list begins, and without VAT where the seller charges none', () => {
    const one = { employees: 3, premises: 1, tradingNames: 1 };
    expect(quote(award, one, day).annual.totalPence).toBe(0);
    expect(quote(trader, one, '2026-10-31').application).toMatchObject({ lines: [], totalPence: 0 });
    expect(quote(trader, one, day, null, false).application).toMatchObject({ vatPence: 0, totalPence: 14_500 });
  });

  it('goes by the newest list that has begun', () => {
    const dearer = structuredClone(documents['trader-vetting']!);
    dearer.fees.push({ ...structuredClone(dearer.fees[0]!), inForceFrom: '2027-04-01', vatRate: 500 });
    const { programme } = takeApart('dearer', dearer);
    const one = { employees: 3, premises: 1, tradingNames: 1 };
    expect(quote(programme, one, '2027-03-31').application.vatPence).toBe(2_900);
    expect(quote(programme, one, '2027-04-01').application.vatPence).toBe(725);
  });

  it('is never negative, sums up right, and never falls for a larger business', () => {
    const size = fc.record({
      employees: fc.integer({ min: 0, max: 60 }),
      premises: fc.integer({ min: 1, max: 40 }),
      tradingNames: fc.integer({ min: 1, max: 10 }),
    });
    const date = fc
      .integer({ min: 0, max: 4000 })
      .map((days) => new Date(1_700_000_000_000 + days * 86_400_000).toISOString().slice(0, 10));
    const set = fc.option(fc.record({ application: fc.nat(500_000), annual: fc.nat(500_000) }), { nil: null });
    fc.assert(
      fc.property(size, date, set, fc.boolean(), (facts, on, price, vat) => {
        const quoted = quote(trader, facts, on, price, vat);
        for (const sum of [quoted.application, quoted.annual]) {
          const net = sum.lines.reduce((total, { quantity, unitNetPence }) => total + quantity * unitNetPence, 0);
          expect(sum.netPence).toBe(net);
          expect(sum.totalPence).toBe(sum.netPence + sum.vatPence);
          expect(sum.vatPence).toBeGreaterThanOrEqual(0);
          expect(Math.abs(sum.vatPence - (vat ? sum.netPence * 0.2 : 0))).toBeLessThanOrEqual(sum.lines.length / 2);
          expect([sum.netPence, sum.vatPence].every(Number.isSafeInteger)).toBe(true);
        }
        const larger = quote(trader, { ...facts, premises: facts.premises + 1 }, on, price, vat);
        expect(larger.annual.totalPence).toBeGreaterThanOrEqual(quoted.annual.totalPence);
      }),
    );
  });

  it('in parts comes to the same penny', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200_000 }), fc.integer({ min: 2, max: 12 }), (pence, parts) => {
        const shares = partsOf(pence, '2026-12-31', { parts, everyMonths: 1 });
        expect(shares.reduce((sum, share) => sum + share.pence, 0)).toBe(pence);
        expect(shares.every((share) => share.pence > 0)).toBe(true);
      }),
    );
    expect(partsOf(100, '2026-12-31', { parts: 3, everyMonths: 1 })).toEqual([
      { dueOn: '2026-12-31', pence: 34 },
      { dueOn: '2027-01-31', pence: 33 },
      { dueOn: '2027-02-28', pence: 33 },
    ]);
  });
});

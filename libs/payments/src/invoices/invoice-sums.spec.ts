import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { shareOfCredit, sumsOf } from './invoice-sums.js';

const line = (unitNetPence: number, vatRate = 2000, quantity = 1) => ({
  description: 'Fee',
  quantity,
  unitNetPence,
  vatRate,
});

describe('what lines come to', () => {
  it.each([
    [14_500, 2_900],
    [27_000, 5_400],
    // To the nearest penny: 2.4p and 2.6p.
    [12, 2],
    [13, 3],
    [8_533, 1_707],
  ])('charges VAT of 20 %% on %ip as %ip', (net, vat) => {
    const unit = sumsOf([line(net)], true);
    expect(unit.vatPence).toBe(vat);
    expect(unit.grossPence).toBe(net + vat);
  });

  it('works VAT out line by line, and sums it by rate', () => {
    const sums = sumsOf([line(13), line(13), line(100, 0), line(200, 500)], true);
    expect(sums.vat).toEqual([
      { vatRate: 2000, netPence: 26, vatPence: 6 },
      { vatRate: 500, netPence: 200, vatPence: 10 },
      { vatRate: 0, netPence: 100, vatPence: 0 },
    ]);
    expect(sums.grossPence).toBe(342);
  });

  it('charges none where the seller is not registered', () => {
    expect(sumsOf([line(14_500)], false)).toMatchObject({ vatPence: 0, grossPence: 14_500 });
  });
});

describe('a credit', () => {
  const rates = fc.uniqueArray(fc.constantFrom(0, 500, 2000), { minLength: 1, maxLength: 3 });

  it('is shared out to the penny, and credits in any parts take back exactly what was charged', () => {
    fc.assert(
      fc.property(
        rates.chain((list) => fc.tuple(fc.constant(list), fc.array(fc.integer({ min: 1, max: 50_000 }), { minLength: list.length, maxLength: list.length }))), // prettier-ignore
        fc.array(fc.integer({ min: 1, max: 30_000 }), { maxLength: 8 }),
        ([list, nets], parts) => {
          const left = sumsOf(list.map((rate, at) => line(nets[at]!, rate)), true).vat; // prettier-ignore
          const rest = () => left.reduce((sum, { netPence, vatPence }) => sum + netPence + vatPence, 0);
          for (const part of [...parts, Infinity]) {
            const pence = Math.min(part, rest());
            if (pence === 0) break;
            const shares = shareOfCredit(left, pence);
            expect(shares.reduce((sum, { netPence, vatPence }) => sum + netPence + vatPence, 0)).toBe(pence);
            for (const share of shares) {
              const of = left.find(({ vatRate }) => vatRate === share.vatRate)!;
              of.netPence -= share.netPence;
              of.vatPence -= share.vatPence;
              expect(Math.min(of.netPence, of.vatPence, share.netPence, share.vatPence)).toBeGreaterThanOrEqual(0);
            }
          }
          expect(left.every(({ netPence, vatPence }) => netPence === 0 && vatPence === 0)).toBe(true);
        },
      ),
    );
  });
});

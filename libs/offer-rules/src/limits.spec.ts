import { describe, expect, it } from '@jest/globals';
import { evaluateOffer, usagePeriodStart, type OfferTerms } from './index.js';

describe('the start of a period', () => {
  it.each([
    ['day', '2026-07-10T22:59:59Z', '2026-07-10'],
    ['day', '2026-07-10T23:00:00Z', '2026-07-11'],
    ['day', '2026-11-20T23:59:59Z', '2026-11-20'],
    ['week', '2026-11-22T23:59:59Z', '2026-11-16'],
    ['week', '2026-11-23T00:00:00Z', '2026-11-23'],
    ['week', '2026-01-01T12:00:00Z', '2025-12-29'],
    ['week', '2026-03-29T23:00:00Z', '2026-03-30'],
    ['month', '2028-02-29T12:00:00Z', '2028-02-01'],
    ['month', '2026-06-30T23:00:00Z', '2026-07-01'],
    ['year', '2026-12-31T23:59:59Z', '2026-01-01'],
    ['year', '2027-01-01T00:00:00Z', '2027-01-01'],
    ['ever', '2026-11-20T12:00:00Z', null],
  ] as const)('%s at %s is %s', (period, at, start) => {
    expect(usagePeriodStart(period, new Date(at))).toBe(start);
    expect(usagePeriodStart(period, Date.parse(at))).toBe(start);
  });
});

describe('an impossible question', () => {
  const terms: OfferTerms = { kind: 'percentage', percent: 10, who: 'carer', how: 'in_person' };

  it.each([
    ['an instant that is none', { at: new Date('no') }],
    ['part of a penny', { at: 0, basketPence: 1.5 }],
    ['a basket below nothing', { at: 0, basketPence: -1 }],
    ['fewer than no uses', { at: 0, usage: { card: -1, today: 0, total: 0 } }],
    ['a list from the future', { at: 0, listAgeDays: -1 }],
    ['a list age that is no number', { at: 0, listAgeDays: Number.NaN }],
  ])('is refused: %s', (_what, question) => {
    expect(() => evaluateOffer({ terms, ...question })).toThrow(RangeError);
  });

  it('can leave out the search for the next time', () => {
    const at = new Date('2026-11-20T12:00:00Z');
    const closed = { ...terms, days: [6] };
    expect(evaluateOffer({ terms: closed, at })).toMatchObject({ nextUsableAt: new Date('2026-11-21T00:00:00Z') });
    expect(evaluateOffer({ terms: closed, at, findNext: false })).toMatchObject({ nextUsableAt: null });
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isImpossible, milesBetween, type Spot } from './travel.js';

const spot = fc.record<Spot>({
  lat: fc.double({ min: 49, max: 61, noNaN: true }),
  lng: fc.double({ min: -9, max: 2, noNaN: true }),
});
const ms = fc.integer({ min: 0, max: 12 * 3_600_000 });
const limit = fc.record({ mph: fc.integer({ min: 1, max: 1000 }), slackMiles: fc.integer({ min: 0, max: 100 }) });
const usual = { mph: 70, slackMiles: 3 };

describe('the distance between two places', () => {
  it('is what maps say', () => {
    const poole = { lat: 50.715, lng: -1.987 };
    expect(milesBetween(poole, { lat: 50.7155, lng: -2.4367 })).toBeCloseTo(19.7, 0); // Dorchester
    expect(milesBetween({ lat: 51.5074, lng: -0.1278 }, { lat: 55.9533, lng: -3.1883 })).toBeCloseTo(332, 0);
  });

  it('is the same both ways, nothing to the same place, and never longer by a detour', () => {
    fc.assert(
      fc.property(spot, spot, spot, (a, b, c) => {
        expect(milesBetween(a, b)).toBe(milesBetween(b, a));
        expect(milesBetween(a, a)).toBe(0);
        expect(milesBetween(a, b)).toBeLessThanOrEqual(milesBetween(a, c) + milesBetween(c, b) + 1e-6);
      }),
    );
  });
});

describe('a journey that nobody can make', () => {
  it.each([
    [40, 10, true],
    [40, 34, false], // (40 − 3) miles at 70 an hour take 31:43
    [40, 31, true],
    [3, 0, false],
    [3.1, 0, true],
  ])('%s miles in %s minutes: %s', (miles, minutes, impossible) => {
    expect(isImpossible(miles, minutes * 60_000, usual)).toBe(impossible);
  });

  it('is the same whichever check came first', () => {
    fc.assert(
      fc.property(spot, spot, ms, limit, (a, b, time, rule) => {
        const there = isImpossible(milesBetween(a, b), time, rule);
        expect(isImpossible(milesBetween(b, a), -time, rule)).toBe(there);
      }),
    );
  });

  it('is never one to the same place', () => {
    fc.assert(
      fc.property(spot, ms, limit, (a, time, rule) => {
        expect(isImpossible(milesBetween(a, a), time, rule)).toBe(false);
      }),
    );
  });

  it('stays one when it gets longer, and stays none with more time, a faster traveller or more slack', () => {
    const more = fc.double({ min: 0, max: 500, noNaN: true });
    fc.assert(
      fc.property(more, more, ms, ms, limit, (miles, further, time, later, rule) => {
        if (isImpossible(miles, time, rule)) expect(isImpossible(miles + further, time, rule)).toBe(true);
        else {
          expect(isImpossible(miles, time + later, rule)).toBe(false);
          expect(isImpossible(miles, time, { ...rule, mph: rule.mph * 2 })).toBe(false);
          expect(isImpossible(miles, time, { ...rule, slackMiles: rule.slackMiles + further })).toBe(false);
        }
      }),
    );
  });
});

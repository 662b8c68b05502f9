import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fullestStretches } from './stretches.js';

const at = (minute: number) => new Date(minute * 60_000);
const oneDay = () => 'day';

describe('the fullest stretch', () => {
  it('counts both ends, and the earliest of equal ones', () => {
    const found = fullestStretches([0, 60, 61, 200, 260].map(at), 60, oneDay).get('day');
    expect(found).toEqual({ count: 2, from: at(0), until: at(60) });
  });

  it('is found for each day on which one ends', () => {
    const days = fullestStretches([10, 20, 1435, 1445, 1450].map(at), 60, (when) => when.toISOString().slice(0, 10));
    expect([...days].map(([day, { count }]) => [day, count])).toEqual([
      ['1970-01-01', 2],
      ['1970-01-02', 3],
    ]);
  });

  it('is as full as the fullest of all that could be laid', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 90 }),
        (all, length) => {
          const tried = all.map((start) => all.filter((each) => each >= start && each <= start + length).length);
          const found = fullestStretches(all.map(at), length, oneDay).get('day');
          expect(found?.count ?? 0).toBe(Math.max(0, ...tried));
        },
      ),
    );
  });
});

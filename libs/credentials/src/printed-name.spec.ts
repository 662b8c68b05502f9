import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isPrintedName, printedName } from './printed-name.js';

describe('the printed first name', () => {
  it.each([
    ['Anna', 'Anna'],
    ['  Mary   Ann ', 'Mary Ann'],
    ['Zoe\u0308', 'Zoë'],
    ['Siân\u0000\n', 'Siân'],
    ['Wilhelmina-Charlottenburg', 'Wilhelmina-Charlotte'],
    ['Ann\ud800', 'Ann'],
    ['শর্মিষ্ঠা', 'শর্মিষ্ঠা'],
  ])('%j becomes %j', (given, expected) => expect(printedName(given)).toBe(expected));

  it('is cut between characters as people see them', () => {
    const family = '👩‍👩‍👧';
    expect(printedName(`Ada ${family}${family}`)).toBe(`Ada ${family}`);
    expect(printedName('é'.normalize('NFD').repeat(30))).toBe('é'.repeat(15));
  });

  it('holds even when one character is longer than the limit', () => {
    const pile = `a${'\u0301\u0323'.repeat(40)}`;
    const name = printedName(pile);
    expect(isPrintedName(name)).toBe(true);
    expect(name.length).toBeGreaterThan(5);
  });

  it.each(['', '   ', '\u0000', '\ud800'])('cannot be made of %j', (given) => {
    expect(() => printedName(given)).toThrow(RangeError);
  });

  it('always has the printed form, which stays as it is when printed again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }), (given) => {
        let name: string;
        try {
          name = printedName(given);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
          return;
        }
        expect(isPrintedName(name)).toBe(true);
        expect(new TextEncoder().encode(name).length).toBeLessThanOrEqual(30);
      }),
      { numRuns: 2000 },
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hideFew, hideSmall } from './small-groups.js';

describe('small groups', () => {
  it('are hidden, with a second one where the sum would give them away', () => {
    expect(hideSmall([12, 3, 40, 0], 5)).toEqual([null, null, 40, 0]);
    expect(hideSmall([4, 4, 40], 5)).toEqual([null, null, 40]);
    expect(hideSmall([1, 2, 40, 9], 5)).toEqual([null, null, 40, null]);
    expect(hideSmall([5, 6, 0], 5)).toEqual([5, 6, 0]);
    expect(hideSmall([3], 5)).toEqual([null]);
    expect([hideFew(4, 5), hideFew(0, 5), hideFew(5, 5)]).toEqual([null, 0, 5]);
  });

  it('cannot be worked out from what is shown and the sum', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(30), { minLength: 2, maxLength: 8 }), (numbers) => {
        const shown = hideSmall(numbers, 5);
        const hidden = numbers.filter((_, at) => shown[at] === null);
        expect(shown.every((number) => number === null || number === 0 || number >= 5)).toBe(true);
        const others = shown.filter((number) => number !== null && number > 0);
        // Hidden alone or few together only where there is nothing else to hide: then the sum is hidden as well.
        const sum = hidden.reduce((one, other) => one + other, 0);
        if (hidden.length > 0 && others.length > 0) expect(hidden.length > 1 && sum >= 5).toBe(true);
      }),
    );
  });
});

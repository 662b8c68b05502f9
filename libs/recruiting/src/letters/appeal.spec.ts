import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { appealOf } from './appeal.js';

describe('what a letter says of how many ask', () => {
  it.each([
    [12, 40, { key: 'this-exact', count: 12 }],
    [4, 12, { key: 'kind-exact', count: 12 }],
    [4, 4, { key: 'this-some', count: 0 }],
    [0, 4, { key: 'kind-some', count: 0 }],
    [21, 0, { key: 'this-over', count: 20 }],
    [40, 0, { key: 'this-over', count: 30 }],
    [0, 57, { key: 'kind-over', count: 50 }],
  ])('of %i who named it and %i who want its kind is %j', (named, voices, said) => {
    expect(appealOf(named, voices)).toEqual(said);
  });

  it('is always true, and never tells of fewer than five', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.nat(200), (named, voices) => {
        const { key, count } = appealOf(named, voices);
        const real = key.startsWith('this') ? named : voices;
        if (key.endsWith('some')) expect(Math.max(named, voices)).toBeLessThan(5);
        else if (key.endsWith('exact')) expect(count).toBe(real);
        else expect(count).toBeLessThan(real);
        expect(count === 0 || count >= 5).toBe(true);
      }),
    );
  });
});

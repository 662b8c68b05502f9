import { describe, expect, it } from '@jest/globals';
import { brandStyle, checkContrast, contrastFailures, contrastRatio, ContrastTooLow, demoBrand } from './index.js';

describe('contrast', () => {
  it.each([
    ['#000000', '#ffffff', 21],
    ['#777777', '#ffffff', 4.48],
    ['#767676', '#ffffff', 4.54],
    ['#123456', '#123456', 1],
  ])('of %s and %s is %d', (one, other, ratio) => {
    expect(contrastRatio(one, other)).toBeCloseTo(ratio, 2);
    expect(contrastRatio(other, one)).toBeCloseTo(ratio, 2);
  });

  it('of the demo scheme is enough everywhere', () => {
    expect(contrastFailures(demoBrand.colours)).toEqual([]);
  });

  it('too low is refused, naming the worst pair', () => {
    const pale = { ...demoBrand.colours, quiet: '#9fb0b4' };
    expect(() => checkContrast(pale)).toThrow(ContrastTooLow);
    expect(contrastFailures(pale)[0]).toMatchObject({ text: 'quiet', ground: 'sand', needed: 4.5 });
  });

  it('is not asked of what is no colour', () => {
    expect(() => checkContrast({ ...demoBrand.colours, sea: 'red;}' })).toThrow(RangeError);
    expect(() => brandStyle({ ...demoBrand, colours: { ...demoBrand.colours, sea: '</style>' } })).toThrow(RangeError);
  });
});

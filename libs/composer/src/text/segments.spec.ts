import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SegmentedMessage } from 'sms-segments-calculator';
import { segmentsOf } from './segments.js';

/** All of ASCII that is printed, a line's end, and some signs beyond it: of the basic alphabet, of two places, of none. */
const signs = [...Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at)), '\n', '£', 'é', '€', '{', 'ł'];

describe('the parts of a text message', () => {
  it.each([
    [160, 1],
    [161, 2],
    [306, 2],
    [307, 3],
  ])('of %i usual letters are %i', (letters, segments) => {
    expect(segmentsOf('a'.repeat(letters))).toEqual({ segments, encoding: 'GSM-7' });
  });

  it('are as many as the whole reckoning finds, sign for sign', () => {
    for (const sign of signs) {
      const text = sign.repeat(161);
      const { segmentsCount: segments, encodingName: encoding } = new SegmentedMessage(text);
      expect([sign, segmentsOf(text)]).toEqual([sign, { segments, encoding }]);
    }
  });

  it('are as many as the whole reckoning finds, whatever the mixture', () => {
    const usual = signs.filter((sign) => segmentsOf(sign).encoding === 'GSM-7');
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...usual), { minLength: 1, maxLength: 330 }), (letters) => {
        const text = letters.join('');
        const { segmentsCount: segments, encodingName: encoding } = new SegmentedMessage(text);
        expect(segmentsOf(text)).toEqual({ segments, encoding });
      }),
      { numRuns: 60 },
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PostcodeNotValid } from './places.problems.js';
import { outcodeOf, parsePostcode, postcodeField, postcodeReadings, sectorOf } from './postcode.js';

const letters = (from: string, length: number) =>
  fc.array(fc.constantFrom(...from), { minLength: length, maxLength: length }).map((parts) => parts.join(''));
const inward = fc.tuple(fc.nat(9), letters('ABDEFGHJLNPQRSTUWXYZ', 2)).map(([digit, unit]) => `${digit}${unit}`);
const outward = fc.constantFrom(
  'BH1',
  'BH10',
  'BH11',
  'BH20',
  'BH21',
  'DT1',
  'DT10',
  'DT11',
  'SP5',
  'TA20',
  'EC1A',
  'M1',
);
const postcode = fc.tuple(outward, inward).map(([first, second]) => `${first} ${second}`);
const gap = fc.constantFrom('', ' ', '  ', '\u00a0', '\t', '\u200b', '-', '\u2009', '\ufeff');

describe('a postcode as people type it', () => {
  it('is read whatever its case and spaces', () => {
    fc.assert(
      fc.property(postcode, gap, gap, gap, fc.func(fc.boolean()), (real, before, between, after, isLower) => {
        const cased = [...real].map((character, at) => (isLower(at) ? character.toLowerCase() : character)).join('');
        expect(parsePostcode(before + cased.replace(' ', between) + after)).toBe(real);
      }),
    );
  });

  it('is read when O stands for 0, and I or L for 1', () => {
    fc.assert(
      fc.property(postcode, (real) => {
        const mixed = real.replace(/\d/g, (digit) => (digit === '0' ? 'o' : digit === '1' ? 'I' : digit));
        expect(postcodeReadings(mixed)).toContain(real);
      }),
    );
    expect(parsePostcode('bhl laa')).toBe('BH1 1AA');
    expect(parsePostcode('dtio 2bb')).toBe('DT10 2BB');
    expect(parsePostcode('0X1 1AA')).toBe('OX1 1AA');
  });

  it('is left alone when it is well formed, though letters in it look like digits', () => {
    for (const real of ['L1 1AA', 'OL1 0AB', 'IP1 1LL', 'SO14 0AA', 'IG1 1LA']) expect(parsePostcode(real)).toBe(real);
  });

  it('is read in full-width characters', () => {
    expect(parsePostcode('ＢＨ１　１ＡＡ')).toBe('BH1 1AA');
  });

  it('gives its sector and outcode', () => {
    expect([sectorOf('BH10 4QS'), outcodeOf('BH10 4QS')]).toEqual(['BH10 4', 'BH10']);
  });

  it.each([
    '',
    ' ',
    'BH1',
    'BH1 1',
    'BH1 1A',
    '1AA BH1',
    'BH1 1AAA',
    'BH1 1CC',
    'BH01 1AA',
    'BH1 1A\u0000',
    'ß',
    '12345',
  ])('is refused when it cannot be one: %j', (typed) => {
    expect(() => parsePostcode(typed)).toThrow(PostcodeNotValid);
  });

  it('is refused, never a failure, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (typed) => {
        for (const reading of postcodeReadings(typed)) expect(reading).toMatch(/^[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}$/);
      }),
    );
    expect(postcodeReadings('1'.repeat(100_000))).toEqual([]);
  });

  it('in a form is normalised, or says what to do', () => {
    const field = postcodeField('here:missing');
    expect(field.parse(' bh11aa ')).toBe('BH1 1AA');
    expect(field.safeParse('nowhere').error?.issues[0]?.message).toBe('places:errors.postcode-not-valid');
    expect(field.safeParse('  ').error?.issues[0]?.message).toBe('here:missing');
    expect(field.safeParse(undefined).error?.issues[0]?.message).toBe('here:missing');
  });
});

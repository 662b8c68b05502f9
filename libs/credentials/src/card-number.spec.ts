import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatCardNumber, newCardNumber, parseCardNumber } from './card-number.js';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const digits = fc.uint8Array({ minLength: 8, maxLength: 8 });
const cardNumbers = digits.map((bytes) => newCardNumber(() => bytes));

describe('card numbers', () => {
  it('are CC and nine Crockford characters, and read back as they are', () => {
    fc.assert(
      fc.property(cardNumbers, (cardNumber) => {
        expect(cardNumber).toMatch(/^CC[0-9A-HJKMNP-TV-Z]{9}$/);
        expect(parseCardNumber(cardNumber)).toBe(cardNumber);
      }),
    );
  });

  it('refuse every wrong character at every place', () => {
    fc.assert(
      fc.property(cardNumbers, (cardNumber) => {
        for (let at = 2; at < 11; at++) {
          for (const wrong of ALPHABET) {
            if (wrong === cardNumber[at]) continue;
            expect(parseCardNumber(cardNumber.slice(0, at) + wrong + cardNumber.slice(at + 1))).toBeNull();
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it('refuse any two characters changed over, neighbours or not', () => {
    fc.assert(
      fc.property(cardNumbers, (cardNumber) => {
        for (let a = 2; a < 10; a++) {
          for (let b = a + 1; b < 11; b++) {
            if (cardNumber[a] === cardNumber[b]) continue;
            const changed = [...cardNumber];
            [changed[a], changed[b]] = [changed[b]!, changed[a]!];
            expect(parseCardNumber(changed.join(''))).toBeNull();
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it('refuse a doubled pair typed as another pair', () => {
    fc.assert(
      fc.property(cardNumbers, fc.integer({ min: 2, max: 9 }), fc.nat(31), fc.nat(31), (number, at, a, b) => {
        fc.pre(a !== b);
        const payload = number.slice(0, at) + ALPHABET[a]!.repeat(2) + number.slice(at + 2);
        // Find the whole number that has the pair aa there, then type bb instead.
        const free = at > 3 ? 2 : 10;
        const whole = [...ALPHABET]
          .map((c) => payload.slice(0, free) + c + payload.slice(free + 1))
          .find((candidate) => parseCardNumber(candidate) !== null);
        expect(whole).toBeDefined();
        expect(parseCardNumber(whole!.slice(0, at) + ALPHABET[b]!.repeat(2) + whole!.slice(at + 2))).toBeNull();
      }),
    );
  });

  it('have exactly one right check symbol for each payload', () => {
    fc.assert(
      fc.property(cardNumbers, (cardNumber) => {
        const right = [...ALPHABET].filter((symbol) => parseCardNumber(cardNumber.slice(0, 10) + symbol) !== null);
        expect(right).toEqual([cardNumber[10]]);
      }),
    );
  });

  it('use each random bit that they have room for', () => {
    const first = newCardNumber(() => Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0));
    const last = newCardNumber(() => Uint8Array.of(31, 31, 31, 31, 31, 31, 31, 31));
    expect(first).toBe('CC000000000');
    expect(last.slice(0, 10)).toBe('CCZZZZZZZZ');
    expect(() => newCardNumber(() => new Uint8Array(7))).toThrow(RangeError);
  });

  // Worked out by hand for the payload 00000001: a⁸ = 0b01101 = 13 = D.
  it('have the check symbol of the published rule', () => {
    expect(parseCardNumber('CC 0000 0001 D')).toBe('CC00000001D');
    expect(parseCardNumber('CC 1000 0000 2')).toBe('CC100000002');
  });

  describe('as people type them', () => {
    const number = newCardNumber(() => Uint8Array.of(0, 1, 19, 15, 9, 26, 23, 29));

    it('start from a number with a nought and a one', () => {
      expect(number.slice(0, 10)).toBe('CC01KF9TQX');
    });

    it.each([
      ['lower case', (n: string) => n.toLowerCase()],
      ['groups', (n: string) => formatCardNumber(n)],
      ['dashes of all lengths', (n: string) => `${n.slice(0, 2)}-${n.slice(2, 6)}–${n.slice(6, 10)}—${n.slice(10)}`],
      ['no CC', (n: string) => n.slice(2)],
      ['O for nought, I for one', (n: string) => n.replace('0', 'O').replace('1', 'i')],
      ['L for one', (n: string) => n.replace('1', 'l')],
      ['white space and a line end', (n: string) => `\t ${formatCardNumber(n)}\u00a0\r\n`],
      ['full-width letters', (n: string) => n.replace(/./g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0))],
    ])('forgive %s', (_, typed) => {
      expect(parseCardNumber(typed(number))).toBe(number);
    });

    it('keep a payload that itself begins with CC', () => {
      const ccNumber = newCardNumber(() => Uint8Array.of(12, 12, 1, 2, 3, 4, 5, 6));
      expect(parseCardNumber(ccNumber)).toBe(ccNumber);
      expect(parseCardNumber(ccNumber.slice(2))).toBe(ccNumber);
    });

    it.each(['', 'CC', 'CC7K3F9TQX', 'CC7K3F9TQXUU', 'CC7K3F9TQU0', 'XX00000001D', 'CC00000001DD', '💳'.repeat(9)])(
      'refuse %p',
      (typed) => expect(parseCardNumber(typed)).toBeNull(),
    );

    it('never throw, and only ever give whole numbers', () => {
      fc.assert(
        fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (typed) => {
          const parsed = parseCardNumber(typed);
          if (parsed !== null) expect(parseCardNumber(parsed)).toBe(parsed);
        }),
        { numRuns: 5000 },
      );
      expect(parseCardNumber('0'.repeat(1_000_000))).toBeNull();
      expect(parseCardNumber(undefined as unknown as string)).toBeNull();
    });
  });

  it('are printed in groups, whole ones only', () => {
    expect(formatCardNumber('CC00000001D')).toBe('CC 0000 0001 D');
    expect(() => formatCardNumber('CC000000010')).toThrow(RangeError);
    expect(() => formatCardNumber('cc00000001d')).toThrow(RangeError);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { letterCodeOf, newLetterCode, shownLetterCode } from './letter-code.js';

const codes = fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => newLetterCode(() => bytes));

describe('the code of a letter', () => {
  it('is nine characters that nobody mistakes, and is read back however it is typed', () => {
    fc.assert(
      fc.property(codes, (code) => {
        expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{9}$/);
        const shown = shownLetterCode(code);
        for (const typed of [shown, shown.toLowerCase(), ` ${code} `, code.replaceAll('0', 'o').replaceAll('1', 'l')]) {
          expect(letterCodeOf(typed)).toBe(code);
        }
      }),
    );
  });

  it('is refused when one character was misread', () => {
    fc.assert(
      fc.property(codes, fc.nat(8), fc.nat(31), (code, at, other) => {
        const wrong = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'[other]!;
        fc.pre(code[at] !== wrong);
        expect(letterCodeOf(code.slice(0, at) + wrong + code.slice(at + 1))).toBeNull();
      }),
    );
  });
});

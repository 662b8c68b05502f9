import { describe, expect, it } from '@jest/globals';
import { SeededChance } from './chance.js';
import { groupedCode, newPrintedCode, readPrintedCode } from './printed-code.js';

describe('the code on something printed', () => {
  const chance = new SeededChance('leaflets');
  const codes = Array.from({ length: 2_000 }, () => newPrintedCode(chance));

  it('has six characters, none like another, and makes no words', () => {
    for (const code of codes) expect(code).toMatch(/^[CDFGHJKMNPQRTWXYZ2346789]{6}$/);
    expect(codes.join('')).not.toMatch(/[AEIOULSVB015]/);
  });

  it('is a different one each time', () => {
    expect(new Set(codes).size).toBe(codes.length);
  });

  it('is read as people write it', () => {
    for (const code of codes.slice(0, 50)) {
      expect(readPrintedCode(groupedCode(code))).toBe(code);
      expect(readPrintedCode(` ${code.toLowerCase().slice(0, 3)}-${code.slice(3)} `)).toBe(code);
    }
  });

  it.each(['', 'ABC', 'ABCDEFG', 'AB CD É1', '../../x', 'x'.repeat(2_000), undefined, ['ABCDEF']])(
    'is not %j',
    (typed) => expect(readPrintedCode(typed)).toBeNull(),
  );
});

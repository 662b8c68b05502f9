import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeBase32, encodeBase32 } from './base32.js';

const utf8 = new TextEncoder();

describe('Base32', () => {
  // RFC 4648 section 10, without the padding.
  it.each([
    ['', ''],
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ])('writes and reads RFC 4648’s %p', (plain, text) => {
    expect(encodeBase32(utf8.encode(plain))).toBe(text);
    expect(decodeBase32(text)).toEqual(utf8.encode(plain));
  });

  it('reads back any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(decodeBase32(encodeBase32(bytes))).toEqual(Uint8Array.from(bytes));
      }),
    );
  });

  it('accepts only the one text that it would write', () => {
    const texts = fc.string({ unit: fc.constantFrom(...'ABYZ237 =a0189ſı'), maxLength: 12 });
    fc.assert(
      fc.property(texts, (text) => {
        const bytes = decodeBase32(text);
        if (bytes !== null) expect(encodeBase32(bytes)).toBe(text);
      }),
      { numRuns: 5000 },
    );
  });

  it.each(['MZ', 'MZXR', 'MZXW7', 'MZXW6YR', 'M', 'MZX', 'MZXW6Y', 'my', 'MY======', 'M1', 'MY ', 'M\u017f'])(
    'refuses %p: left-over bits, impossible length or foreign characters',
    (text) => expect(decodeBase32(text)).toBeNull(),
  );
});

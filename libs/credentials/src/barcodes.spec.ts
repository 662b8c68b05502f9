import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeBars } from '../../../test/support/decoder.js';
import { type Bars, code128Bars, code128Svg, ean13Bars, ean13Svg, isEan13 } from './barcodes.js';
import { newCardNumber } from './card-number.js';

/** Numbers from the standards' and other shops' examples. */
const real = ['4006381333931', '5901234123457', '9780201379624', '0000000000000', '9999999999994'];

describe('Code 128', () => {
  it('of a card number is read by an independent decoder', async () => {
    for (let seed = 0; seed < 25; seed++) {
      const number = newCardNumber((length) => Uint8Array.from({ length }, (_, at) => (seed * 37 + at * 101) & 255));
      expect(await decodeBars(pictureOf(code128Bars(number)), 'Code128')).toBe(number);
    }
  });

  it('of a card number is at most 176 modules wide, quiet zones of ten included', () => {
    const code = code128Bars('CC7K3F9TQXP');
    expect(code.width).toBe(176);
    expect(code.before).toBe(10);
    const last = code.bars.at(-1)!;
    expect(code.width - last.x - last.width).toBe(10);
    expect(code128Bars('CC123456789').width).toBeLessThan(176);
  });

  it.each(['', 'é', 'a\n', 'x'.repeat(49), '\u0000'])('is refused for %j', (text) => {
    expect(() => code128Bars(text)).toThrow(RangeError);
    expect(() => code128Svg(text)).toThrow(RangeError);
  });

  it('is drawn on white paper, for the whole height asked for', () => {
    const svg = code128Svg('CC7K3F9TQXP', { height: 30, label: 'Bars of "A" & <B>' });
    expect(svg).toContain('viewBox="0 0 176 30"');
    expect(svg).toContain('<path fill="#ffffff" d="M0 0h176v30H0z"/>');
    expect(svg).toContain('role="img" aria-label="Bars of &quot;A&quot; &amp; &lt;B>"');
    expect(svg).not.toMatch(/style|<text/);
    const drawn = [...svg.matchAll(/M(\d+) 0h(\d+)v30h-\2z/g)].map(([, x, width]) => ({ x: +x!, width: +width! }));
    expect(drawn).toEqual(code128Bars('CC7K3F9TQXP').bars);
    expect(code128Svg('CC7K3F9TQXP')).toContain('aria-hidden="true"');
  });
});

describe('EAN-13', () => {
  it.each(real)('%s is read by an independent decoder', async (digits) => {
    expect(await decodeBars(pictureOf(ean13Bars(digits)), 'EAN13')).toBe(digits);
  });

  it('knows the last digit, and every single wrong one', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...real),
        fc.integer({ min: 0, max: 12 }),
        fc.integer({ min: 1, max: 9 }),
        (digits, at, by) => {
          const wrong = digits.slice(0, at) + ((Number(digits[at]) + by) % 10) + digits.slice(at + 1);
          expect(isEan13(digits)).toBe(true);
          expect(isEan13(wrong)).toBe(false);
          expect(() => ean13Bars(wrong)).toThrow(RangeError);
        },
      ),
    );
  });

  it.each([
    '',
    '400638133393',
    '40063813339310',
    '400638133393X',
    ' 4006381333931',
    '4006381333931\n',
    '４００６３８１３３３９３１',
  ])('is refused for %j', (text) => {
    expect(isEan13(text)).toBe(false);
    expect(() => ean13Svg(text)).toThrow(RangeError);
  });

  it('is 113 modules wide, with longer guard bars and the digits to type', () => {
    const svg = ean13Svg('4006381333931', { height: 60 });
    expect(svg).toContain('viewBox="0 0 113 72"');
    expect([...svg.matchAll(/v65h/g)]).toHaveLength(6);
    expect([...svg.matchAll(/v60h/g)]).toHaveLength(24);
    expect([...svg.matchAll(/>(\d+)<\/text>/g)].map(([, digits]) => digits)).toEqual(['4', '006381', '333931']);
  });
});

/** Three dots a module, 40 rows, black on white. */
function pictureOf(code: Bars): ImageData {
  const [width, height] = [code.width * 3, 40];
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (const bar of code.bars) {
    for (let row = 0; row < height; row++) {
      for (let x = bar.x * 3; x < (bar.x + bar.width) * 3; x++)
        data.fill(0, (row * width + x) * 4, (row * width + x) * 4 + 3);
    }
  }
  return { width, height, data, colorSpace: 'srgb' } as unknown as ImageData;
}

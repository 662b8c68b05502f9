import { describe, expect, it } from '@jest/globals';
import { crc32, inflateSync } from 'node:zlib';
import { pngOf } from './png.js';

/** The chunks of a PNG, by name. Throws for a wrong checksum. */
function chunksOf(png: Buffer): Record<string, Buffer> {
  const chunks: Record<string, Buffer> = {};
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    const named = png.subarray(at + 4, at + 8 + length);
    if (png.readUInt32BE(at + 8 + length) !== crc32(named)) throw new Error(`Wrong checksum at ${at}`);
    chunks[named.toString('latin1', 0, 4)] = named.subarray(4);
    at += 12 + length;
  }
  return chunks;
}

describe('a PNG in two colours', () => {
  const rows = ['#..#.', '.##..', '.....', '#####', '#...#'];
  const isInk = (row: number, column: number) => rows[row]![column] === '#';

  it.each([1, 2, 3, 8])('has the squares where they belong, %i pixels each', (scale) => {
    const png = pngOf({ size: 5, scale, isInk, ink: '#0b2b33', paper: '#fffefd' });
    expect(png.toString('latin1', 1, 4)).toBe('PNG');
    const { IHDR, PLTE, IDAT, IEND } = chunksOf(png);
    const side = 5 * scale;
    expect([IHDR!.readUInt32BE(0), IHDR!.readUInt32BE(4), ...IHDR!.subarray(8)]).toEqual([side, side, 1, 3, 0, 0, 0]);
    expect(PLTE!.toString('hex')).toBe('fffefd0b2b33');
    expect(IEND).toHaveLength(0);
    const line = 1 + Math.ceil(side / 8);
    const pixels = inflateSync(IDAT!);
    expect(pixels).toHaveLength(side * line);
    const seen = Array.from({ length: side }, (_, y) => {
      const bits = [...pixels.subarray(y * line, (y + 1) * line)].map((byte) => byte.toString(2).padStart(8, '0'));
      expect(bits.shift()).toBe('00000000');
      return bits.join('').slice(0, side);
    });
    const wanted = rows.flatMap((row) => Array<string>(scale).fill(row.replace(/./g, (each) => (each === '#' ? '1' : '0').repeat(scale)))); // prettier-ignore
    expect(seen).toEqual(wanted);
  });
});

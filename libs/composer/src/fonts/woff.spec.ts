import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fontIn } from './woff.js';

const require = createRequire(import.meta.url);
const woff = (name: string) =>
  readFileSync(require.resolve(`@fontsource/atkinson-hyperlegible/files/atkinson-hyperlegible-${name}-normal.woff`));

/** The sum of a table's 32-bit words, as OpenType reckons it. */
function checksumOf(table: Buffer): number {
  const padded = Buffer.concat([table, Buffer.alloc((4 - (table.length % 4)) % 4)]);
  let sum = 0;
  for (let at = 0; at < padded.length; at += 4) sum = (sum + padded.readUInt32BE(at)) >>> 0;
  return sum;
}

it.each(['latin-400', 'latin-700', 'latin-ext-400', 'latin-ext-700'])('unpacks every table of %s whole', (name) => {
  const font = fontIn(woff(name));
  expect(font.toString('hex', 0, 4)).toBe('00010000');
  const count = font.readUInt16BE(4);
  expect(count).toBe(woff(name).readUInt16BE(12));
  const tags = Array.from({ length: count }, (_, index) => {
    const at = 12 + 16 * index;
    const tag = font.toString('latin1', at, at + 4);
    const [checksum, offset, length] = [4, 8, 12].map((field) => font.readUInt32BE(at + field)) as [number, number, number]; // prettier-ignore
    const table = Buffer.from(font.subarray(offset, offset + length));
    expect(offset % 4).toBe(0);
    expect(table).toHaveLength(length);
    // The table `head` holds a sum over the whole font, which its own leaves out.
    if (tag === 'head') table.writeUInt32BE(0, 8);
    expect([tag, checksumOf(table)]).toEqual([tag, checksum]);
    return tag;
  });
  expect(tags).toEqual([...tags].sort());
  expect(tags).toEqual(expect.arrayContaining(['cmap', 'glyf', 'head', 'loca']));
});

it('refuses what is no WOFF file', () => {
  expect(() => fontIn(Buffer.from('wOF2 and more'))).toThrow('Not a WOFF file');
});

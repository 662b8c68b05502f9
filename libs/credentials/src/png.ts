import { crc32, deflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** IHDR: one bit a pixel, which is an index into the palette; deflate, no interlace. */
const PALETTE_OF_TWO = Buffer.from([1, 3, 0, 0, 0]);

/** A square picture in two colours. */
export interface TwoColours {
  /** Squares on each side. */
  size: number;
  /** Pixels on each side of a square. */
  scale: number;
  /** Whether the square in a row and column (from 0, top left) is ink. */
  isInk(row: number, column: number): boolean;
  /** `#rrggbb`. */
  ink: string;
  paper: string;
}

/** A PNG (RFC 2083) with one bit a pixel: a hundredth of the work and of the memory that full colour takes. */
export function pngOf({ size, scale, isInk, ink, paper }: TwoColours): Buffer {
  const side = size * scale;
  // Each line begins with the number of its filter: 0, none.
  const line = 1 + Math.ceil(side / 8);
  const pixels = Buffer.alloc(line * side);
  for (let row = 0; row < size; row++) {
    const first = row * scale * line;
    for (let x = 0; x < side; x++) {
      if (isInk(row, Math.floor(x / scale))) pixels[first + 1 + (x >> 3)]! |= 0x80 >> (x & 7);
    }
    for (let copy = 1; copy < scale; copy++) pixels.copy(pixels, first + copy * line, first, first + line);
  }
  const head = Buffer.alloc(8);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  const palette = Buffer.from(paper.slice(1) + ink.slice(1), 'hex');
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', Buffer.concat([head, PALETTE_OF_TWO])),
    chunk('PLTE', palette),
    chunk('IDAT', deflateSync(pixels)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Length, name, data, and the checksum of name and data. */
function chunk(name: string, data: Buffer): Buffer {
  const whole = Buffer.alloc(12 + data.length);
  whole.writeUInt32BE(data.length, 0);
  whole.write(name, 4, 'latin1');
  data.copy(whole, 8);
  whole.writeUInt32BE(crc32(whole.subarray(4, 8 + data.length)), 8 + data.length);
  return whole;
}

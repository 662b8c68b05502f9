import { inflateSync } from 'node:zlib';

interface Table {
  tag: string;
  checksum: number;
  data: Buffer;
}

/**
 * The font inside a WOFF 1.0 file, unpacked (OpenType's own form). PDFKit reads WOFF too, but unpacks a table again for
 * each letter that it sets.
 * @throws Error for a file of another kind
 */
export function fontIn(woff: Buffer): Buffer {
  if (woff.toString('latin1', 0, 4) !== 'wOFF') throw new Error('Not a WOFF file');
  const tables = tablesOf(woff);
  const head = 12 + 16 * tables.length;
  const offsets: number[] = [];
  let end = head;
  for (const { data } of tables) {
    offsets.push(end);
    end += roundedUp(data.length);
  }
  const font = Buffer.alloc(end);
  woff.copy(font, 0, 4, 8);
  const entrySelector = Math.floor(Math.log2(tables.length));
  const searchRange = 16 * 2 ** entrySelector;
  [tables.length, searchRange, entrySelector, 16 * tables.length - searchRange].forEach((value, index) =>
    font.writeUInt16BE(value, 4 + 2 * index),
  );
  tables.forEach(({ tag, checksum, data }, index) => {
    const at = 12 + 16 * index;
    font.write(tag, at, 'latin1');
    font.writeUInt32BE(checksum, at + 4);
    font.writeUInt32BE(offsets[index]!, at + 8);
    font.writeUInt32BE(data.length, at + 12);
    data.copy(font, offsets[index]);
  });
  return font;
}

/** The directory (after 44 bytes of header): tag, offset, packed length, length, checksum. */
function tablesOf(woff: Buffer): Table[] {
  return Array.from({ length: woff.readUInt16BE(12) }, (_, index) => {
    const at = 44 + 20 * index;
    const [offset, packed, length, checksum] = [4, 8, 12, 16].map((field) => woff.readUInt32BE(at + field)) as [
      number,
      number,
      number,
      number,
    ];
    const stored = woff.subarray(offset, offset + packed);
    // A table that would not get smaller is stored as it is.
    return { tag: woff.toString('latin1', at, at + 4), checksum, data: packed < length ? inflateSync(stored) : stored };
  });
}

/** Tables begin on multiples of four bytes. */
function roundedUp(length: number): number {
  return Math.ceil(length / 4) * 4;
}

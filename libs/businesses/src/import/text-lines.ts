import { Problem } from '@carers/kernel';

/** A file that is no text of one byte (or UTF-8 bytes) a letter. */
export class FileNotReadable extends Problem {
  readonly slug = 'import-not-readable';
  readonly kind = 'invalid';
  readonly room = 'businesses';
}

/** One line of a file, with its number from 1. */
export interface TextLine {
  number: number;
  text: string;
}

/** A longer line is cut here: no honest row comes near, and memory stays flat whatever the file holds. */
const LONGEST_LINE = 64 * 1024;
const LINE_END = 0x0a;

/**
 * The lines of a file, without their ends, in flat memory. Each line is UTF-8 or, where it cannot be, Windows-1252
 * (Latin-1 and more), since files put together from several sources mix the two. A byte order mark is dropped.
 * @throws FileNotReadable for UTF-16 and for files that are not text
 */
export async function* textLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<TextLine> {
  let rest: Buffer = Buffer.alloc(0);
  let number = 0;
  for await (const chunk of bytes) {
    let buffer: Buffer = rest.length > 0 ? Buffer.concat([rest, chunk]) : Buffer.from(chunk);
    if (number === 0) buffer = withoutMark(buffer);
    let from = 0;
    for (let end = buffer.indexOf(LINE_END); end >= 0; end = buffer.indexOf(LINE_END, from)) {
      yield { number: ++number, text: decoded(buffer.subarray(from, end)) };
      from = end + 1;
    }
    // What is beyond the longest line is dropped; the row will be refused for what it lacks.
    rest = Buffer.from(buffer.subarray(from, from + LONGEST_LINE));
  }
  if (number === 0) rest = withoutMark(rest);
  if (rest.length > 0) yield { number: ++number, text: decoded(rest) };
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const windows1252 = new TextDecoder('windows-1252');

function decoded(line: Buffer): string {
  const bytes = line.subarray(0, LONGEST_LINE);
  const end = bytes.at(-1) === 0x0d ? bytes.subarray(0, -1) : bytes;
  try {
    return utf8.decode(end);
  } catch {
    return windows1252.decode(end);
  }
}

/** @throws FileNotReadable */
function withoutMark(buffer: Buffer): Buffer {
  const [one, two, three] = buffer;
  if ((one === 0xff && two === 0xfe) || (one === 0xfe && two === 0xff)) throw new FileNotReadable();
  if (buffer.subarray(0, 1024).includes(0)) throw new FileNotReadable();
  return one === 0xef && two === 0xbb && three === 0xbf ? buffer.subarray(3) : buffer;
}

import { FileTooLarge, FormNotReadable } from './uploads.problems.js';

/** Headers of one part: `name` of its field, and `file` where it is one (empty where none was chosen). */
export interface PartHead {
  name: string;
  file: string | null;
}

const LINE = Buffer.from('\r\n');
const HEADERS_END = Buffer.from('\r\n\r\n');
const MOST_HEADERS = 8 * 1024;

/**
 * Reads a form of parts (RFC 7578, MIME multipart of RFC 2046) from its stream, in flat memory: never more than a chunk
 * and one delimiter is held. Parts are taken in order; each must be read to its end before the next.
 */
export class MultipartReader {
  private readonly delimiter: Buffer;
  /** Begins with a line end, so that a delimiter in the first line is found like any other. */
  private held: Buffer = LINE;
  /** Whether the part at hand, or what is before the first, is not read to its end. */
  private inside = true;
  private taken = 0;
  private ended = false;

  /** @param most bytes of the whole body @throws FormNotReadable for a boundary that is none */
  constructor(
    private readonly stream: AsyncIterator<Uint8Array>,
    boundary: string,
    private readonly most: number,
  ) {
    if (!/^[\x20-\x7e]{1,70}$/.test(boundary)) throw new FormNotReadable();
    this.delimiter = Buffer.from(`\r\n--${boundary}`);
  }

  /** Goes on to the next part; null after the last. What is before the first is passed over. @throws FormNotReadable */
  async next(): Promise<PartHead | null> {
    if (this.inside) for await (const _ of this.content()) void _;
    while (this.held.length < 2) if (!(await this.more())) throw new FormNotReadable();
    if (this.held.subarray(0, 2).toString() === '--') return null;
    let end: number;
    while ((end = this.held.indexOf(HEADERS_END)) < 0) {
      if (this.held.length > MOST_HEADERS || !(await this.more())) throw new FormNotReadable();
    }
    const head = headOf(this.held.subarray(0, end).toString('utf8'));
    this.held = this.held.subarray(end + HEADERS_END.length);
    this.inside = true;
    return head;
  }

  /** What is left of the part at hand. @throws FormNotReadable where it breaks off, FileTooLarge */
  async *content(): AsyncGenerator<Buffer> {
    for (;;) {
      const at = this.held.indexOf(this.delimiter);
      const sure = at >= 0 ? at : Math.max(0, this.held.length - this.delimiter.length);
      const piece = this.held.subarray(0, sure);
      this.held = this.held.subarray(sure);
      if (at >= 0) {
        this.held = this.held.subarray(this.delimiter.length);
        this.inside = false;
      }
      if (piece.length > 0) yield piece;
      if (at >= 0) return;
      if (!(await this.more())) throw new FormNotReadable();
    }
  }

  /** A part as text. @throws FormNotReadable where it is longer than `most` bytes */
  async text(most: number): Promise<string> {
    const pieces: Buffer[] = [];
    let length = 0;
    for await (const piece of this.content()) {
      length += piece.length;
      if (length > most) throw new FormNotReadable();
      pieces.push(piece);
    }
    return Buffer.concat(pieces).toString('utf8');
  }

  /** Takes what is left of the body, so that the answer reaches somebody who is still sending. */
  async drain(): Promise<void> {
    this.held = Buffer.alloc(0);
    while (!this.ended) {
      const { done, value } = await this.stream.next();
      this.taken += value?.length ?? 0;
      this.ended = done === true || this.taken > 2 * this.most;
    }
  }

  private async more(): Promise<boolean> {
    if (this.ended) return false;
    const { done, value } = await this.stream.next();
    if (done) {
      this.ended = true;
      return false;
    }
    this.taken += value.length;
    if (this.taken > this.most) throw new FileTooLarge(this.most);
    this.held = this.held.length === 0 ? Buffer.from(value) : Buffer.concat([this.held, value]);
    return true;
  }
}

/** @throws FormNotReadable for a part that names no field */
function headOf(text: string): PartHead {
  const disposition = /^content-disposition:[ \t]*form-data\b(.*)$/im.exec(text)?.[1] ?? '';
  const name = /;[ \t]*name="([^"]*)"/i.exec(disposition)?.[1];
  if (name === undefined) throw new FormNotReadable();
  const file = /;[ \t]*filename="([^"]*)"/i.exec(disposition)?.[1];
  return { name, file: file === undefined ? null : file.replace(/%22/g, '"').slice(-200) };
}

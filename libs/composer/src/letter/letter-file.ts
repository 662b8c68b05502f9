import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { deflateSync } from 'node:zlib';
import { PageList } from './page-list.js';
import { page as paper } from './letter-layout.js';
import type { Doc, EmbeddedFont } from './lettercase.js';

/** Bytes that are handed to the stream at a time. */
const blockSize = 64 * 1024;

/** Bytes that a deflated page usually fits into. As Node has it, each would hold 16 KiB until it is collected. */
const pageSize = 4 * 1024;

/** The parts of PDFKit that are used here: as of PDFKit 0.19 to 0.20. */
interface Innards {
  _offset: number;
  _write(data: string | Uint8Array): void;
  _root: { data: { Pages: { data: { Kids: unknown } } } };
  page: {
    content: { buffer: Uint8Array[]; compress: boolean };
    fonts: Record<string, unknown>;
    xobjects: Record<string, unknown>;
    write(bytes: Uint8Array): void;
  } | null;
}

export interface FileOptions {
  title: string;
  author: string;
  /** The same pages written with the same moment give the same bytes. */
  at: Date;
  /** Leaves the drawing readable in the file, for tests. */
  uncompressed?: boolean;
}

/**
 * A PDF that goes to a stream as it grows, in blocks. Of a page that is written nothing is kept but its number and its
 * places in the file: PDFKit by itself keeps an object for each until the end, and then one more for each line of the
 * table of places.
 */
export class LetterFile {
  private readonly inside: Innards;
  private block = Buffer.allocUnsafe(blockSize);
  private filled = 0;
  private blocked = false;
  private handed = false;
  private blank: Uint8Array | null = null;

  private constructor(
    readonly doc: Doc,
    private readonly out: Writable,
  ) {
    this.inside = doc as unknown as Innards;
    // What PDFKit has written so far waits in the document's own stream.
    this.put(doc.read() as Buffer);
    this.inside._write = (data) => {
      const bytes = typeof data === 'string' ? Buffer.from(`${data}\n`, 'latin1') : data;
      this.inside._offset += bytes.length;
      this.put(bytes);
    };
    this.inside._root.data.Pages.data.Kids = new PageList();
    doc.resume();
  }

  static async open(out: Writable, options: FileOptions): Promise<LetterFile> {
    // Asked for here: it takes as long to load as a good part of the program, and few processes print.
    const { default: Document } = await import('pdfkit');
    const doc = new Document({
      size: [paper.width, paper.height],
      margin: 0,
      autoFirstPage: false,
      // Kept by us and within bounds: each name of 30,000 people would stay in it.
      fontLayoutCache: false,
      compress: !options.uncompressed,
      info: { Title: options.title, Author: options.author, CreationDate: options.at, ModDate: options.at },
    });
    return new LetterFile(doc, out);
  }

  /** The next page, blank. */
  page(): void {
    this.deflate();
    this.doc.addPage();
  }

  /** Draws on the page at hand. Operators count upwards from the paper's foot, as PDF does. */
  draw(operators: string, fonts: readonly EmbeddedFont[]): void {
    const sheet = this.inside.page!;
    for (const font of fonts) sheet.fonts[font.id] = font.ref();
    // PDFKit turns each page upside down for its own drawing.
    sheet.write(Buffer.from(`1 0 0 -1 0 ${paper.height} cm 0 g\n${operators}\n`, 'latin1'));
  }

  /** Makes an embedded picture known to the page at hand by the name that its operators use. */
  picture(name: string, embedded: unknown): void {
    this.inside.page!.xobjects[name] = embedded;
  }

  /** Wait for it now and then: then no more lies in memory than the stream takes, and others have their turn. */
  async room(): Promise<void> {
    if (this.blocked) await once(this.out, 'drain');
    else if (this.handed) await setImmediate();
    this.blocked = this.handed = false;
  }

  /** Finishes the file and waits until the stream has it. */
  async end(): Promise<void> {
    const written = finished(this.out);
    this.doc.once('end', () => {
      this.handOver();
      this.out.end();
    });
    this.deflate();
    this.doc.end();
    await written;
  }

  /** PDFKit would do it too, with a larger buffer, and each blank page anew. */
  private deflate(): void {
    const content = this.inside.page?.content;
    if (!content?.compress) return;
    const blank = content.buffer.length === 1;
    const deflated = (blank ? this.blank : null) ?? deflateSync(Buffer.concat(content.buffer), { chunkSize: pageSize });
    if (blank) this.blank = deflated;
    content.buffer = [deflated];
    content.compress = false;
  }

  private put(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length;) {
      const part = bytes.subarray(from, from + this.block.length - this.filled);
      this.block.set(part, this.filled);
      this.filled += part.length;
      from += part.length;
      if (this.filled === this.block.length) this.handOver();
    }
  }

  private handOver(): void {
    const full = this.block.subarray(0, this.filled);
    this.block = Buffer.allocUnsafe(blockSize);
    this.filled = 0;
    this.handed = true;
    if (!this.out.write(full)) this.blocked = true;
  }
}

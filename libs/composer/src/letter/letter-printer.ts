import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import type { Writable } from 'node:stream';
import type { LetterFrame } from '../frame.js';
import type { MergePerson } from '../merge-fields.js';
import type { Composed, ComposerPicture } from '../source.js';
import { LetterText } from './letter-text.js';
import { page, textTop } from './letter-layout.js';
import { Lettercase, type Doc } from './lettercase.js';
import { firstPage, foot, type LetterAddress } from './letter-parts.js';
import { round } from './setting.js';
import type { Placed } from './pagination.js';

/** Bytes of the file that may wait in memory. */
const mostWaiting = 64_000;

export interface PrintOptions {
  title: string;
  author: string;
  /** The same letters printed at the same moment give the same bytes. */
  at: Date;
  /** Whether sheets are printed on both sides: each letter then begins on a front. True unless said otherwise. */
  duplex?: boolean;
  /** Leaves the drawing readable in the file, for tests. */
  uncompressed?: boolean;
}

/** What became of one letter. */
export interface PrintedLetter {
  /** Pages with something on them. */
  pages: number;
  /** Pages in the file, a blank back included. */
  sides: number;
  /** Its first page in the file, from 1. */
  firstPage: number;
  /** Letters that no font has and for which "?" stands; empty for nearly everybody. */
  missing: readonly string[];
}

/**
 * Prints letters one after another into a PDF that is written as it grows: fonts and pictures are in it once, and what
 * is kept of a finished page is its place in the file.
 */
export class LetterPrinter {
  private sides = 0;
  private blocked = false;
  private readonly letters: Lettercase;
  private readonly texts = new WeakMap<Composed, WeakMap<LetterFrame, Map<string, LetterText>>>();
  private readonly pictures = new Map<ComposerPicture, unknown>();

  private constructor(
    private readonly doc: Doc,
    private readonly out: Writable,
    private readonly duplex: boolean,
  ) {
    this.letters = new Lettercase(doc);
    doc.on('data', (chunk: Buffer) => {
      if (!out.write(chunk)) this.blocked = true;
    });
  }

  /** Begins a file. The stream is ended by `end`. */
  static async open(out: Writable, options: PrintOptions): Promise<LetterPrinter> {
    // Asked for here: it takes as long to load as a good part of the program, and few processes print.
    const { default: Document } = await import('pdfkit');
    const doc = new Document({
      size: [page.width, page.height],
      margin: 0,
      autoFirstPage: false,
      // Kept by us and within bounds: each name of 30,000 people would stay in it.
      fontLayoutCache: false,
      compress: !options.uncompressed,
      info: { Title: options.title, Author: options.author, CreationDate: options.at, ModDate: options.at },
    });
    return new LetterPrinter(doc, out, options.duplex ?? true);
  }

  /** Sets one letter. Wait for it before the next: then no more lies in memory than the stream takes. */
  async letter(composed: Composed, person: MergePerson & LetterAddress, frame: LetterFrame): Promise<PrintedLetter> {
    if (this.duplex && this.sides % 2 === 1) this.sheet();
    this.letters.missing.clear();
    const large = person.format === 'large_print';
    const begun = this.sides + 1;
    const pages = this.text(composed, frame, large).pagesFor(person);
    pages.forEach((placed, index) => {
      const parts = [
        index === 0 ? firstPage(this.letters, person, frame, large) : '',
        body(placed, index === 0 ? textTop.first : textTop.other),
        foot(this.letters, frame, person.code, { number: index + 1, of: pages.length, large }),
      ];
      this.page(
        parts.join('\n'),
        placed.flatMap(({ item }) => (item.picture ? [item.picture] : [])),
      );
    });
    if (this.duplex && this.sides % 2 === 1) this.sheet();
    // A loop of letters that only waits for promises would never let the file's bytes go.
    if (this.doc.readableLength > mostWaiting) await setImmediate();
    if (this.blocked) {
      await once(this.out, 'drain');
      this.blocked = false;
    }
    const missing = [...this.letters.missing];
    return { pages: pages.length, sides: this.sides - begun + 1, firstPage: begun, missing };
  }

  /** Finishes the file and waits until the stream has it. */
  async end(): Promise<{ pages: number }> {
    const written = finished(this.out);
    this.doc.once('end', () => this.out.end());
    this.doc.end();
    await written;
    return { pages: this.sides };
  }

  private text(composed: Composed, frame: LetterFrame, large: boolean): LetterText {
    let frames = this.texts.get(composed);
    if (!frames) this.texts.set(composed, (frames = new WeakMap()));
    let sizes = frames.get(frame);
    if (!sizes) frames.set(frame, (sizes = new Map()));
    const key = large ? 'large' : 'standard';
    let text = sizes.get(key);
    if (!text) sizes.set(key, (text = new LetterText(composed, frame, this.letters, key)));
    return text;
  }

  private page(operators: string, pictures: readonly ComposerPicture[]): void {
    this.sheet();
    const { page: sheet } = this.doc as unknown as {
      page: { fonts: Record<string, unknown>; xobjects: Record<string, unknown>; write(text: string): void };
    };
    for (const font of this.letters.all) sheet.fonts[font.id] = font.ref();
    for (const picture of pictures) sheet.xobjects[`Picture${picture.number}`] = this.embedded(picture);
    // PDFKit turns each page upside down for its own drawing; ours counts upwards as PDF does.
    sheet.write(`1 0 0 -1 0 ${page.height} cm 0 g\n${operators}`);
  }

  /** The next page, blank. The one before is in the file with that, but PDFKit would keep all it knew of it until the end. */
  private sheet(): void {
    const before = (this.doc as unknown as { page?: { dictionary: { data: object } } }).page?.dictionary;
    this.doc.addPage();
    this.sides++;
    if (before) before.data = {};
  }

  private embedded(picture: ComposerPicture): unknown {
    let object = this.pictures.get(picture);
    if (!object) {
      const doc = this.doc as unknown as { openImage(bytes: Buffer): { obj?: unknown; embed(doc: unknown): void } };
      const image = doc.openImage(picture.print.bytes);
      image.embed(doc);
      object = image.obj;
      this.pictures.set(picture, object);
    }
    return object;
  }
}

function body(placed: readonly Placed[], top: number): string {
  return placed
    .map(({ item, down }) => {
      const y = round(page.height - top - down);
      return `q 1 0 0 1 ${round(page.left)} ${y} cm\n${item.operators}\nQ`;
    })
    .join('\n');
}

import type { Writable } from 'node:stream';
import type { LetterFrame } from '../frame.js';
import type { MergePerson } from '../merge-fields.js';
import type { Composed, ComposerPicture } from '../source.js';
import { LetterText } from './letter-text.js';
import { page, textTop } from './letter-layout.js';
import { LetterFile, type FileOptions } from './letter-file.js';
import { Lettercase } from './lettercase.js';
import { firstPage, foot, type LetterAddress } from './letter-parts.js';
import { round } from './setting.js';
import type { Placed } from './pagination.js';

export interface PrintOptions extends FileOptions {
  /** Whether sheets are printed on both sides: each letter then begins on a front. True unless said otherwise. */
  duplex?: boolean;
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
  private readonly letters: Lettercase;
  private readonly texts = new WeakMap<Composed, WeakMap<LetterFrame, Map<string, LetterText>>>();
  private readonly pictures = new Map<ComposerPicture, unknown>();

  private constructor(
    private readonly file: LetterFile,
    private readonly duplex: boolean,
  ) {
    this.letters = new Lettercase(file.doc);
  }

  /** Begins a file. The stream is ended by `end`. */
  static async open(out: Writable, options: PrintOptions): Promise<LetterPrinter> {
    return new LetterPrinter(await LetterFile.open(out, options), options.duplex ?? true);
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
    await this.file.room();
    const missing = [...this.letters.missing];
    return { pages: pages.length, sides: this.sides - begun + 1, firstPage: begun, missing };
  }

  /** Finishes the file and waits until the stream has it. */
  async end(): Promise<{ pages: number }> {
    await this.file.end();
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
    this.file.draw(operators, this.letters.all);
    for (const picture of pictures) this.file.picture(`Picture${picture.number}`, this.embedded(picture));
  }

  /** The next page, blank. */
  private sheet(): void {
    this.file.page();
    this.sides++;
  }

  private embedded(picture: ComposerPicture): unknown {
    let object = this.pictures.get(picture);
    if (!object) {
      const doc = this.file.doc as unknown as {
        openImage(bytes: Buffer): { obj?: unknown; embed(doc: unknown): void };
      };
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

import type PDFDocument from 'pdfkit';
import { fontFile, fontSubsets, type Weight } from '../fonts/font-file.js';

export type Doc = typeof PDFDocument.prototype;

/** The parts of PDFKit's embedded font that are used here: as of PDFKit 0.19 to 0.20. */
export interface EmbeddedFont {
  id: string;
  font: { hasGlyphForCodePoint(codePoint: number): boolean };
  encode(text: string): [hex: string[], positions: { xAdvance: number; advanceWidth: number }[]];
  ref(): unknown;
}

/** Letters of one font in the form of a PDF's `TJ` operator, and their width at a size of one point. */
export interface SetRun {
  font: EmbeddedFont;
  operands: string;
  width: number;
}

/** A word, ready to be set at any size. */
export interface SetWord {
  runs: readonly SetRun[];
  width: number;
}

/**
 * Words that are kept before those that nobody asked for since are let go. A text has some hundreds, which are asked for
 * again and again; each letter brings ten more, its names, streets and code, that never come again.
 */
const mostKept = 1_000;

/** Letters whose font is known. */
const mostLetters = 20_000;

/**
 * The letters of one document: each font is embedded once, each word worked out once. A letter that no font has is set
 * as its plain form ("ế" as "e"), or as "?" and remembered in `missing`: never as an empty box, and never unseen.
 */
export class Lettercase {
  readonly missing = new Set<string>();
  private words = new Map<string, SetWord>();
  private olderWords = new Map<string, SetWord>();
  private readonly fonts: ReadonlyMap<Weight, readonly EmbeddedFont[]>;
  private readonly fontOf = new Map<string, EmbeddedFont | null>();

  constructor(doc: Doc) {
    const open = (subset: (typeof fontSubsets)[number], weight: Weight) => {
      doc.registerFont(`${subset}-${weight}`, fontFile(subset, weight));
      doc.font(`${subset}-${weight}`);
      return (doc as unknown as { _font: EmbeddedFont })._font;
    };
    this.fonts = new Map(
      ([400, 700] as const).map((weight) => [weight, fontSubsets.map((each) => open(each, weight))]),
    );
  }

  /** One word, or any text that is not to be broken. */
  word(text: string, weight: Weight): SetWord {
    const key = `${weight}${text}`;
    let word = this.words.get(key);
    if (!word) {
      word = this.olderWords.get(key) ?? this.set(text, weight);
      if (this.words.size >= mostKept) [this.olderWords, this.words] = [this.words, new Map<string, SetWord>()];
      this.words.set(key, word);
    }
    return word;
  }

  /** All fonts, for a page's list of what it uses. */
  get all(): EmbeddedFont[] {
    return [...this.fonts.values()].flat();
  }

  private set(text: string, weight: Weight): SetWord {
    const parts: { font: EmbeddedFont; text: string }[] = [];
    for (const letter of this.settable(text, weight)) {
      const font = this.fontFor(letter, weight)!;
      const last = parts.at(-1);
      if (last?.font === font) last.text += letter;
      else parts.push({ font, text: letter });
    }
    const runs = parts.map((part) => this.run(part.font, part.text));
    return { runs, width: runs.reduce((sum, { width }) => sum + width, 0) };
  }

  private settable(text: string, weight: Weight): string {
    let out = '';
    for (const letter of text.normalize('NFC')) {
      if (this.fontFor(letter, weight)) {
        out += letter;
        continue;
      }
      if (/\p{M}|\p{Cf}|\p{Cc}/u.test(letter)) continue;
      const plain = letter.normalize('NFKD').replace(/\p{M}/gu, '');
      const known = plain !== letter && [...plain].every((each) => this.fontFor(each, weight));
      if (!known) this.missing.add(letter);
      out += known ? plain : '?';
    }
    return out;
  }

  private run(font: EmbeddedFont, text: string): SetRun {
    const [hex, positions] = font.encode(text);
    // Parts are joined once: a string that grows by a glyph at a time holds on to every length it had.
    const parts: string[] = [];
    let open: string[] = [];
    let width = 0;
    hex.forEach((glyph, index) => {
      const { xAdvance, advanceWidth } = positions[index]!;
      width += xAdvance;
      open.push(glyph);
      // Kerning: what the letter moves on, less than its own width.
      if (xAdvance !== advanceWidth) {
        parts.push('<', ...open, '>', `${Math.round((advanceWidth - xAdvance) * 100) / 100}`);
        open = [];
      }
    });
    if (open.length > 0) parts.push('<', ...open, '>');
    return { font, operands: parts.join(''), width: width / 1000 };
  }

  private fontFor(letter: string, weight: Weight): EmbeddedFont | null {
    const key = `${weight}${letter}`;
    let font = this.fontOf.get(key);
    if (font === undefined) {
      const code = letter.codePointAt(0)!;
      font = this.fonts.get(weight)!.find((each) => each.font.hasGlyphForCodePoint(code)) ?? null;
      if (this.fontOf.size < mostLetters) this.fontOf.set(key, font);
    }
    return font;
  }
}

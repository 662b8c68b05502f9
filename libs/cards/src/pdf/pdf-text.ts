import { fontFile, fontSubsets as subsets, type Weight } from '@carers/composer';
import type PDFDocument from 'pdfkit';

/** How a text is set. Sizes in points, widths in points. */
export interface Setting {
  size: number;
  weight?: Weight;
  colour?: string;
}

interface Run {
  font: string;
  text: string;
}

/** PDFKit's current font, of which only one question is asked. */
interface CurrentFont {
  _font: { font: { hasGlyphForCodePoint(codePoint: number): boolean } };
}

/**
 * Sets text in Atkinson Hyperlegible, which comes in two files: the letters of western Europe, and the rest of the
 * Latin ones ("ł"). Each run of letters is set from the file that has it.
 */
export class PdfText {
  private readonly fontOf = new Map<string, string | null>();

  constructor(private readonly doc: typeof PDFDocument.prototype) {
    for (const weight of [400, 700] as const)
      for (const subset of subsets) doc.registerFont(`${subset}-${weight}`, fontFile(subset, weight));
  }

  /** Whether the face has every letter of a text. */
  canSet(text: string): boolean {
    return [...text].every((letter) => this.fontFor(letter, 700) !== null);
  }

  /** Width in points. */
  width(text: string, { size, weight = 400 }: Setting): number {
    return this.runs(text, weight).reduce((sum, run) => {
      this.doc.font(run.font).fontSize(size);
      return sum + this.doc.widthOfString(run.text);
    }, 0);
  }

  /** One line, its baseline at `y`. */
  line(text: string, x: number, y: number, setting: Setting): void {
    const { size, weight = 400, colour = '#000000' } = setting;
    let at = x;
    for (const run of this.runs(text, weight)) {
      this.doc.font(run.font).fontSize(size).fillColor(colour);
      this.doc.text(run.text, at, y, { lineBreak: false, baseline: 'alphabetic' });
      at += this.doc.widthOfString(run.text);
    }
  }

  /** One line that is set smaller until it fits, but never under `smallest`. */
  fittedLine(text: string, x: number, y: number, width: number, smallest: number, setting: Setting): void {
    let { size } = setting;
    while (size > smallest && this.width(text, { ...setting, size }) > width) size -= 0.5;
    this.line(text, x, y, { ...setting, size });
  }

  /** Lines broken to a width; gives the baseline after the last. */
  paragraph(text: string, x: number, y: number, width: number, setting: Setting & { leading?: number }): number {
    const leading = setting.leading ?? setting.size * 1.35;
    let at = y;
    for (const line of this.broken(text, width, setting)) {
      this.line(line, x, at, setting);
      at += leading;
    }
    return at;
  }

  /** The lines of a text that is broken to a width. */
  broken(text: string, width: number, setting: Setting): string[] {
    const lines: string[] = [];
    let line = '';
    for (const word of text.split(/\s+/)) {
      const longer = line ? `${line} ${word}` : word;
      if (line && this.width(longer, setting) > width) {
        lines.push(line);
        line = word;
      } else line = longer;
    }
    return line ? [...lines, line] : lines;
  }

  private runs(text: string, weight: Weight): Run[] {
    const runs: Run[] = [];
    for (const letter of text) {
      const font = this.fontFor(letter, weight) ?? `latin-${weight}`;
      const last = runs.at(-1);
      if (last?.font === font) last.text += letter;
      else runs.push({ font, text: letter });
    }
    return runs;
  }

  private fontFor(letter: string, weight: Weight): string | null {
    const key = `${weight}${letter}`;
    let font = this.fontOf.get(key);
    if (font === undefined) {
      font = subsets.map((subset) => `${subset}-${weight}`).find((name) => this.hasGlyph(name, letter)) ?? null;
      this.fontOf.set(key, font);
    }
    return font;
  }

  private hasGlyph(font: string, letter: string): boolean {
    this.doc.font(font);
    return (this.doc as unknown as CurrentFont)._font.font.hasGlyphForCodePoint(letter.codePointAt(0)!);
  }
}

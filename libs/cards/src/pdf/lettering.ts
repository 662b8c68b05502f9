import { fontFile, fontSubsets as subsets, type Weight } from '@carers/composer';

/** How a text is set: size in pixels. */
export interface Lettered {
  size: number;
  weight?: Weight;
  colour: string;
}

/** The part of a font of fontkit, which PDFKit brings along, that is asked here. Measures are in font units. */
interface Face {
  unitsPerEm: number;
  hasGlyphForCodePoint(codePoint: number): boolean;
  layout(text: string): { glyphs: { path: { toSVG(): string } }[]; positions: { xAdvance: number; xOffset: number }[] };
}

/** More letters than these are in no name: what people type must not fill the memory. */
const mostMeasured = 2_000;
let opened: Promise<Lettering> | undefined;

/**
 * Text as outlines, in the scheme's own face. A picture must not depend on the fonts that a machine happens to have:
 * a bare one has none, and every letter would be a box.
 */
export class Lettering {
  private readonly measured = new Map<string, number>();

  private constructor(private readonly faces: ReadonlyMap<string, Face>) {}

  /** Opens the face, once for a process. */
  static open(): Promise<Lettering> {
    return (opened ??= read());
  }

  /** @internal */
  static of(faces: ReadonlyMap<string, Face>): Lettering {
    return new Lettering(faces);
  }

  /** Whether the face has every letter of a text. */
  canSet(text: string): boolean {
    return [...text].every((letter) => this.faceFor(letter, 700) !== null);
  }

  /** Width in pixels, letter by letter: what closes up between two letters is left out, so it is never too little. */
  width(text: string, { size, weight = 400 }: Pick<Lettered, 'size' | 'weight'>): number {
    let ems = 0;
    for (const letter of text) ems += this.ems(letter, weight);
    return ems * size;
  }

  /** SVG of one line, its baseline at `y`. */
  line(text: string, x: number, y: number, { size, weight = 400, colour }: Lettered): string {
    const parts: string[] = [];
    let at = x;
    for (const { face, text: part } of this.runs(text, weight)) {
      const scale = size / face.unitsPerEm;
      const { glyphs, positions } = face.layout(part);
      glyphs.forEach(({ path }, index) => {
        const { xAdvance, xOffset } = positions[index]!;
        const d = path.toSVG();
        // Fonts count upwards, pictures downwards.
        const place = `translate(${round(at + xOffset * scale)} ${round(y)}) scale(${scale} ${-scale})`;
        if (d) parts.push(`<path transform="${place}" d="${d}"/>`);
        at += xAdvance * scale;
      });
    }
    return `<g fill="${colour}">${parts.join('')}</g>`;
  }

  /**
   * The largest setting in which a text fits a box, and its lines. What does not fit even in the smallest is cut off
   * with an ellipsis.
   */
  fitted(
    text: string,
    box: { width: number; lines: number; largest: number; smallest: number; weight?: Weight },
  ): { size: number; lines: string[] } {
    for (let size = box.largest; ; size -= 2) {
      const lines = this.broken(text, box.width, { size, weight: box.weight });
      const fits =
        lines.length <= box.lines && lines.every((line) => this.width(line, { size, weight: box.weight }) <= box.width);
      if (fits) return { size, lines };
      if (size <= box.smallest) return { size, lines: this.cut(lines, box, size) };
    }
  }

  private cut(lines: string[], box: { width: number; lines: number; weight?: Weight }, size: number): string[] {
    const kept = lines.slice(0, box.lines);
    return kept.map((line, index) => {
      const last = index === kept.length - 1 && lines.length > kept.length;
      let end = last ? '…' : '';
      let shown = line;
      while (shown && this.width(shown + end, { size, weight: box.weight }) > box.width) {
        shown = [...shown].slice(0, -1).join('').trimEnd();
        end = '…';
      }
      return shown + end;
    });
  }

  private broken(text: string, width: number, setting: Pick<Lettered, 'size' | 'weight'>): string[] {
    const lines: string[] = [];
    let line = '';
    for (const word of text.split(/\s+/).filter(Boolean)) {
      const longer = line ? `${line} ${word}` : word;
      if (line && this.width(longer, setting) > width) {
        lines.push(line);
        line = word;
      } else line = longer;
    }
    return line ? [...lines, line] : lines;
  }

  private runs(text: string, weight: Weight): { face: Face; text: string }[] {
    const runs: { face: Face; text: string }[] = [];
    for (const letter of text) {
      const face = this.faceFor(letter, weight);
      // A letter that there is not: nothing is better than a box.
      if (!face) continue;
      const last = runs.at(-1);
      if (last?.face === face) last.text += letter;
      else runs.push({ face, text: letter });
    }
    return runs;
  }

  /** Width of one letter at size 1. Kept, since a text is measured many times until it fits. */
  private ems(letter: string, weight: Weight): number {
    const key = `${weight}${letter}`;
    let ems = this.measured.get(key);
    if (ems === undefined) {
      const face = this.faceFor(letter, weight);
      ems = face ? advance(face, letter) / face.unitsPerEm : 0;
      if (this.measured.size < mostMeasured) this.measured.set(key, ems);
    }
    return ems;
  }

  private faceFor(letter: string, weight: Weight): Face | null {
    const faces = subsets.map((subset) => this.faces.get(`${subset}-${weight}`)!);
    return faces.find((face) => face.hasGlyphForCodePoint(letter.codePointAt(0)!)) ?? null;
  }
}

async function read(): Promise<Lettering> {
  // Asked for here, as for the PDFs: few processes draw, and it takes long to load.
  const { default: Document } = await import('pdfkit');
  const doc = new Document();
  const faces = new Map<string, Face>();
  for (const subset of subsets)
    for (const weight of [400, 700] as const) {
      doc.font(fontFile(subset, weight) as never);
      faces.set(`${subset}-${weight}`, (doc as unknown as { _font: { font: Face } })._font.font);
    }
  return Lettering.of(faces);
}

function advance(face: Face, text: string): number {
  return face.layout(text).positions.reduce((sum, { xAdvance }) => sum + xAdvance, 0);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

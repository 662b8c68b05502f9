import { fontFile } from '@carers/cards';

type Weight = 400 | 700;

/** The part of a font of fontkit, which PDFKit brings along, that is asked here. Measures are in font units. */
interface Face {
  unitsPerEm: number;
  layout(text: string): { glyphs: { path: { toSVG(): string } }[]; positions: { xAdvance: number; xOffset: number }[] };
}

/** How a line is set: size in pixels. */
export interface Setting {
  size: number;
  weight: Weight;
  colour: string;
}

let opened: Promise<BadgeLetters> | undefined;

/** Text as outlines: somebody else's page has not our fonts, and a bare server that makes the picture has none at all. */
export class BadgeLetters {
  private constructor(private readonly faces: Readonly<Record<Weight, Face>>) {}

  /** Opens the faces, once for a process. */
  static open(): Promise<BadgeLetters> {
    return (opened ??= read((faces) => new BadgeLetters(faces)));
  }

  /** SVG of one line, its baseline at `y`, cut off with an ellipsis where it is wider than `width`. */
  line(text: string, x: number, y: number, width: number, { size, weight, colour }: Setting): string {
    const face = this.faces[weight];
    const scale = size / face.unitsPerEm;
    const shown = this.cut(text, width / scale, face);
    const { glyphs, positions } = face.layout(shown);
    let at = x;
    const paths = glyphs.map(({ path }, index) => {
      const { xAdvance, xOffset } = positions[index]!;
      // Fonts count upwards, pictures downwards.
      const place = `translate(${round(at + xOffset * scale)} ${y}) scale(${scale} ${-scale})`;
      at += xAdvance * scale;
      const outline = path.toSVG();
      return outline ? `<path transform="${place}" d="${outline}"/>` : '';
    });
    return `<g fill="${colour}">${paths.join('')}</g>`;
  }

  private cut(text: string, widest: number, face: Face): string {
    const width = (given: string) => face.layout(given).positions.reduce((sum, { xAdvance }) => sum + xAdvance, 0);
    if (width(text) <= widest) return text;
    const letters = [...text];
    while (letters.length > 1 && width(`${letters.join('')}…`) > widest) letters.pop();
    return `${letters.join('').trimEnd()}…`;
  }
}

async function read(made: (faces: Record<Weight, Face>) => BadgeLetters): Promise<BadgeLetters> {
  // Asked for here, as for the PDFs: few processes draw, and it takes long to load.
  const { default: Document } = await import('pdfkit');
  const doc = new Document();
  const face = (weight: Weight): Face => {
    doc.font(fontFile('latin', weight) as never);
    return (doc as unknown as { _font: { font: Face } })._font.font;
  };
  return made({ 400: face(400), 700: face(700) });
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

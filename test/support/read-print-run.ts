import { inflateSync } from 'node:zlib';
import { type Box, printed } from './read-pdf.js';

const mm = 72 / 25.4;
const a4 = 297 * mm;

/** Where a line of text begins, in millimetres from the left and from the top of A4, and its size in points. */
export interface PlacedLine {
  left: number;
  down: number;
  size: number;
}

/** A printed side of a letter. */
export interface LetterSide {
  lines: PlacedLine[];
  /** The square that phones scan, at the resolution of a print house; null where there is none. */
  square: ImageData | null;
}

/**
 * What stands where on each letter of a file as the composer prints them, blank backs left out. A letter begins with the
 * side that has the square.
 */
export function readPrintRun(file: Buffer): LetterSide[][] {
  const letters: LetterSide[][] = [];
  for (const side of sidesOf(file)) {
    if (side.square) letters.push([side]);
    else letters.at(-1)!.push(side);
  }
  return letters;
}

function sidesOf(file: Buffer): LetterSide[] {
  return [...file.toString('latin1').matchAll(/stream\n([\s\S]*?)\nendstream/g)]
    .map(([, bytes]) => inflated(bytes!))
    .filter((content) => content.includes(' Tm'))
    .map((content) => ({ lines: linesIn(content), square: squareIn(content) }));
}

/** Pictures and fonts are packed by other means, or not read here. */
function inflated(bytes: string): string {
  try {
    return inflateSync(Buffer.from(bytes, 'latin1')).toString('latin1');
  } catch {
    return '';
  }
}

function linesIn(content: string): PlacedLine[] {
  const lines: PlacedLine[] = [];
  let base = [0, 0];
  let set: [number, number] | null = null;
  for (const line of content.split('\n')) {
    const moved = /^q 1 0 0 1 ([\d.-]+) ([\d.-]+) cm$/.exec(line);
    if (moved) base = [Number(moved[1]), Number(moved[2])];
    if (line === 'Q') base = [0, 0];
    const begun = /^BT 1 0 0 1 ([\d.-]+) ([\d.-]+) Tm/.exec(line);
    if (begun) set = [Number(begun[1]), Number(begun[2])];
    const size = /\/\w+ ([\d.]+) Tf/.exec(line);
    if (!set || !size) continue;
    lines.push({ left: (base[0]! + set[0]) / mm, down: (a4 - base[1]! - set[1]) / mm, size: Number(size[1]) });
    set = null;
  }
  return lines;
}

/** Its modules are drawn in a measure of their own, and counted downwards. */
function squareIn(content: string): ImageData | null {
  const found = /q 0 g ([\d.]+) 0 0 [\d.]+ [\d.-]+ [\d.-]+ cm\n((?:[\d.-]+ [\d.-]+ [\d.-]+ 1 re\n)+)f Q/.exec(content);
  if (!found) return null;
  const module = Number(found[1]);
  const boxes = found[2]!
    .trim()
    .split('\n')
    .map((line) => line.split(' ').slice(0, 4).map(Number) as Box)
    .map(([x, y, width]): Box => [x * module, (-y - 1) * module, width * module, module]);
  return printed(boxes, 300, 4 * module);
}

/** A line of text of a page, and its size in points. */
export interface SetLine {
  text: string;
  size: number;
}

/** Rectangle in points from the top left of the page: x, y, width, height. */
export type Box = [number, number, number, number];

/** What can be read from an uncompressed file of PDFKit: enough to test ours. */
export interface ReadPdf {
  lines: SetLine[];
  /** Rectangles that are filled together, as the modules of a code. */
  filled: Box[][];
  /** The objects as text, to look for facts about the document. */
  source: string;
}

/** Reads the one page of an uncompressed file, following each font's ToUnicode map (ISO 32000-1, 9.10.3). */
export function readPdf(file: Buffer): ReadPdf {
  const source = file.toString('latin1');
  const objects = new Map(
    [...source.matchAll(/(?:^|\n)(\d+) 0 obj\n([\s\S]*?)\nendobj/g)].map(([, id, body]) => [id!, body!]),
  );
  const streamOf = (body: string | undefined) => /stream\n([\s\S]*?)\nendstream/.exec(body ?? '')?.[1] ?? '';
  const page = [...objects.values()].find((body) => /\/Type \/Page\n/.test(body))!;
  const resources = objects.get(/\/Resources (\d+) 0 R/.exec(page)![1]!)!;
  const letters = new Map(
    [...resources.matchAll(/\/(F\d+) (\d+) 0 R/g)].map(([, name, id]) => {
      const map = /\/ToUnicode (\d+) 0 R/.exec(objects.get(id!)!)![1]!;
      return [name!, lettersOf(streamOf(objects.get(map)))];
    }),
  );
  const content = streamOf(objects.get(/\/Contents (\d+) 0 R/.exec(page)![1]!));
  return { lines: linesIn(content, letters), filled: filledIn(content), source };
}

function linesIn(content: string, letters: Map<string, string[]>): SetLine[] {
  return [...content.matchAll(/\/(F\d+) ([\d.]+) Tf[\s\S]*?\[([^\]]*)\] TJ/g)].map(([, font, size, glyphs]) => {
    const codes = [...glyphs!.matchAll(/<([0-9a-f]+)>/gi)].flatMap(([, hex]) => hex!.match(/.{4}/g) ?? []);
    return { text: codes.map((code) => letters.get(font!)?.[parseInt(code, 16)] ?? '?').join(''), size: Number(size) };
  });
}

/** PDFKit maps its glyphs, numbered from 0, by ranges that hold arrays of UTF-16 texts. */
function lettersOf(map: string): string[] {
  const letters: string[] = [];
  for (const [, from, list] of map.matchAll(/<([0-9a-f]{4})> <[0-9a-f]{4}> \[([^\]]*)\]/gi))
    [...list!.matchAll(/<([0-9a-f]*)>/gi)].forEach(([, hex], index) => {
      letters[parseInt(from!, 16) + index] = Buffer.from(hex!, 'hex').swap16().toString('utf16le');
    });
  return letters;
}

function filledIn(content: string): Box[][] {
  return [...content.matchAll(/((?:[-\d.]+ [-\d.]+ [-\d.]+ [-\d.]+ re\n)+)(?:[^\n]* (?:cs|scn)\n)*f\n/g)].map(
    ([, run]) =>
      run!
        .trim()
        .split('\n')
        .map((line) => line.split(' ').slice(0, 4).map(Number) as Box),
  );
}

/** A picture of rectangles on white paper at a resolution, each dot as dark as the part of it that is covered. */
export function printed(boxes: readonly Box[], dpi: number, margin: number): ImageData {
  const scale = dpi / 72;
  const left = Math.min(...boxes.map(([x]) => x)) - margin;
  const top = Math.min(...boxes.map(([, y]) => y)) - margin;
  const right = Math.max(...boxes.map(([x, , width]) => x + width)) + margin;
  const bottom = Math.max(...boxes.map(([, y, , height]) => y + height)) + margin;
  const [width, height] = [Math.ceil((right - left) * scale), Math.ceil((bottom - top) * scale)];
  const ink = new Float64Array(width * height);
  for (const [x, y, across, down] of boxes) {
    const [x1, y1, x2, y2] = [x - left, y - top, x + across - left, y + down - top].map((value) => value * scale);
    for (let row = Math.floor(y1!); row < y2!; row++)
      for (let column = Math.floor(x1!); column < x2!; column++)
        ink[row * width + column]! +=
          (Math.min(x2!, column + 1) - Math.max(x1!, column)) * (Math.min(y2!, row + 1) - Math.max(y1!, row));
  }
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  ink.forEach((share, dot) => data.fill(255 - Math.min(share, 1) * 215, dot * 4, dot * 4 + 3));
  return { width, height, data, colorSpace: 'srgb' } as unknown as ImageData;
}

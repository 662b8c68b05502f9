import { createHash } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { inflateSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { coffee, letterFrame, morag, sourceOf } from '../composer.fixture.js';
import { compile } from '../compile.js';
import { addressBox, clearZone, page } from './letter-layout.js';
import { LetterPrinter, type PrintedLetter } from './letter-printer.js';
import { paginate } from './pagination.js';
import { mm } from './setting.js';

const at = new Date('2026-11-22T09:00:00Z');
const address = ['Morag Tidewell', '3 High Street', 'POOLE', 'BH15 1HJ'];
const addressee = { ...morag, addressLines: address, code: '7K3M9QXP2' };
const long = `Dear {{firstName}},\n\n## Come\n\n${coffee}\n\n![](picture:1)\n\n${'Many words stand here. '.repeat(300)}`;

async function print(
  people: (typeof addressee & { markdown?: string })[],
  frame = letterFrame,
  uncompressed = true,
): Promise<{ file: Buffer; letters: PrintedLetter[] }> {
  const out = new PassThrough();
  const whole = buffer(out);
  const printer = await LetterPrinter.open(out, { title: 'News', author: 'Us', at, uncompressed });
  const texts = new Map<string, ReturnType<typeof compile>>();
  const letters: PrintedLetter[] = [];
  for (const person of people) {
    const markdown = person.markdown ?? 'Dear {{firstName}},';
    if (!texts.has(markdown)) texts.set(markdown, compile(sourceOf({ markdown })));
    letters.push(await printer.letter(texts.get(markdown)!, person, frame));
  }
  await printer.end();
  return { file: await whole, letters };
}

/** Bytes of a file's streams that are pressed. */
function streams(file: Buffer): Buffer[] {
  const source = file.toString('latin1');
  const found = [...source.matchAll(/\/Length (\d+)\n\/Filter \/FlateDecode\n>>\nstream\n/g)];
  return found.map(({ 0: head, 1: length, index }) =>
    file.subarray(index + head.length, index + head.length + Number(length)),
  );
}

/** What draws the pages of a file that is not pressed. */
function drawings(file: Buffer): string[] {
  const found = file.toString('latin1').matchAll(/stream\n(1 0 0 -1 0 [\s\S]*?\n)\nendstream/g);
  return [...found].map(([, text]) => text!);
}

/** How many objects hang on to one, without bytes and numbers in a row. */
function objectsIn(root: object): number {
  const seen = new Set<object>();
  const waiting: unknown[] = [root];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if ((typeof next !== 'object' && typeof next !== 'function') || next === null || seen.has(next)) continue;
    seen.add(next);
    if (ArrayBuffer.isView(next)) continue;
    if (next instanceof Map) waiting.push(...next.keys(), ...next.values());
    for (const { value } of Object.values(Object.getOwnPropertyDescriptors(next))) waiting.push(value);
  }
  return seen.size;
}

/** Where text begins on each page: millimetres from the left and from the top, of its baseline. */
function places(file: Buffer): { left: number; down: number }[][] {
  const contents = drawings(file);
  return contents.map((text) => {
    const found: { left: number; down: number }[] = [];
    let base = { x: 0, y: 0 };
    for (const line of text.split('\n')) {
      const moved = /^q 1 0 0 1 ([\d.-]+) ([\d.-]+) cm$/.exec(line);
      if (moved) base = { x: Number(moved[1]), y: Number(moved[2]) };
      if (line === 'Q') base = { x: 0, y: 0 };
      const set = /^BT 1 0 0 1 ([\d.-]+) ([\d.-]+) Tm$/.exec(line);
      if (set)
        found.push({
          left: (base.x + Number(set[1])) / mm,
          down: (page.height - base.y - Number(set[2])) / mm,
        });
    }
    return found;
  });
}

describe('a letter', () => {
  it('that is in the file is not kept: memory is the same for three letters or thirty thousand', async () => {
    const printer = await LetterPrinter.open(new PassThrough().resume(), { title: 'News', author: 'Us', at });
    const text = compile(sourceOf({ markdown: 'Dear {{firstName}},' }));
    const after = async (letters: number) => {
      for (let letter = 0; letter < letters; letter++) await printer.letter(text, addressee, letterFrame);
      return objectsIn(printer);
    };
    const few = await after(3);
    expect(await after(30)).toBe(few);
    await printer.end();
  });

  it('leaves few of its words behind, however many people there are', async () => {
    const printer = await LetterPrinter.open(new PassThrough().resume(), { title: 'News', author: 'Us', at });
    const text = compile(sourceOf({ markdown: '{{firstName}}' }));
    const { letters } = printer as unknown as { letters: Record<'words' | 'olderWords', Map<string, unknown>> };
    let most = 0;
    for (let letter = 0; letter < 1_500; letter++) {
      const person = { ...addressee, firstName: `M${letter}`, addressLines: [`M${letter}`, `${letter} High Street`] };
      await printer.letter(text, person, letterFrame);
      most = Math.max(most, letters.words.size + letters.olderWords.size);
    }
    await printer.end();
    expect(most).toBeGreaterThan(1_000);
    expect(most).toBeLessThanOrEqual(2_000);
  });

  it('is drawn the same in a file that is pressed', async () => {
    const people = [addressee, { ...addressee, markdown: long }];
    const [plain, pressed] = [await print(people), await print(people, letterFrame, false)];
    expect(pressed.file.length).toBeLessThan(plain.file.length / 2);
    const drawn = streams(pressed.file).map((each) => inflateSync(each).toString('latin1'));
    expect(drawn.filter((text) => text.includes('1 0 0 -1 0'))).toEqual(drawings(plain.file));
  });

  it.each(['dl', 'notify'] as const)('has its address in the window (%s), and nothing else near it', async (window) => {
    const { file } = await print([{ ...addressee, markdown: long }], { ...letterFrame, window });
    const zone = places(file)[0]!.filter(
      ({ left, down }) =>
        left > clearZone.left / mm &&
        left < clearZone.right / mm &&
        down > clearZone.top / mm &&
        down < clearZone.bottom / mm,
    );
    expect(zone).toHaveLength(address.length);
    const box = addressBox[window];
    for (const { left, down } of zone) {
      expect(left).toBeCloseTo(24.6, 1);
      expect(down).toBeGreaterThan(box.top / mm);
      expect(down).toBeLessThanOrEqual(box.bottom / mm);
    }
    // Always seen in a DL window, however the paper lies.
    if (window === 'dl') for (const { down } of zone) expect([down > 59, down < 81]).toEqual([true, true]);
  });

  it('keeps the postcode of an address that is too long', async () => {
    const lines = Array.from({ length: 9 }, (_, index) => `Line ${index}`);
    const { file } = await print([{ ...addressee, addressLines: [...lines, 'BH15 1HJ'] }]);
    expect(places(file)[0]!.filter(({ left }) => Math.abs(left - 24.6) < 0.1)).toHaveLength(7);
  });

  it('begins on a front side, with a blank back where it needs one', async () => {
    const { letters, file } = await print([addressee, { ...addressee, markdown: long }, addressee]);
    expect(letters.map(({ firstPage }) => firstPage % 2)).toEqual([1, 1, 1]);
    expect(letters.map(({ sides }) => sides % 2)).toEqual([0, 0, 0]);
    expect(letters[0]).toMatchObject({ pages: 1, sides: 2, firstPage: 1 });
    expect(file.toString('latin1').match(/\/Type \/Page\n/g)).toHaveLength(
      letters.reduce((sum, { sides }) => sum + sides, 0),
    );
  });

  it('is set anew in large print, on more pages', async () => {
    const { letters } = await print([
      { ...addressee, markdown: long },
      { ...addressee, markdown: long, format: 'large_print' },
    ]);
    expect(letters[1]!.pages).toBeGreaterThan(letters[0]!.pages);
  });

  it('carries fonts and pictures once, however many there are', async () => {
    const { file } = await print(Array.from({ length: 5 }, () => ({ ...addressee, markdown: long })));
    const source = file.toString('latin1');
    expect(source.match(/\/Subtype \/Image/g)).toHaveLength(1);
    expect(source.match(/\/Type \/FontDescriptor/g)!.length).toBeLessThanOrEqual(4);
  });

  it('is the same file when it is printed again', async () => {
    const people = [addressee, { ...addressee, firstName: 'Łukasz', markdown: long }];
    const [one, other] = [await print(people), await print(people)];
    const hash = (file: Buffer) => createHash('sha256').update(file).digest('hex');
    expect(hash(one.file)).toBe(hash(other.file));
  });

  it('names the letters that no font has, and shows that something is missing', async () => {
    const { letters } = await print([
      { ...addressee, firstName: 'Łukasz' },
      { ...addressee, firstName: 'Ngọc' },
      { ...addressee, firstName: 'محمد' },
    ]);
    expect(letters.map(({ missing }) => missing.length > 0)).toEqual([false, false, true]);
  });

  it('leaves for the file while it is printed, also in a loop that waits for nothing else', async () => {
    const out = new PassThrough();
    let bytes = 0;
    out.on('data', (chunk: Buffer) => (bytes += chunk.length));
    const printer = await LetterPrinter.open(out, { title: 'News', author: 'Us', at, uncompressed: true });
    const composed = compile(sourceOf({ markdown: long }));
    for (let count = 0; count < 30; count++) await printer.letter(composed, addressee, letterFrame);
    expect(bytes).toBeGreaterThan(100_000);
    await printer.end();
  });

  it('takes any name and any address', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary', maxLength: 80 }),
        fc.array(fc.string({ unit: 'grapheme', maxLength: 80 }), { maxLength: 10 }),
        async (firstName, addressLines) => {
          const { letters } = await print([{ ...addressee, firstName, addressLines }]);
          expect(letters[0]!.pages).toBe(1);
        },
      ),
      { numRuns: 15 },
    );
  });
});

describe('pages', () => {
  const item = (height: number, keepsNext = false) => ({ height, above: 0, keepsNext, operators: '' });

  it('never end with a heading', () => {
    const pages = paginate([item(90), item(10, true), item(10)], () => 100);
    expect(pages.map(({ length }) => length)).toEqual([1, 2]);
  });

  it('hold what is longer than one of them, broken where it must be', () => {
    const group = Array.from({ length: 30 }, (_, index) => item(10, index < 29));
    const pages = paginate([item(10), ...group], () => 100);
    expect(pages.flat()).toHaveLength(31);
    expect(pages.every((placed) => placed.every(({ down, item: { height } }) => down + height <= 100))).toBe(true);
  });
});

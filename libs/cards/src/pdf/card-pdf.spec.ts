import { describe, expect, it } from '@jest/globals';
import { demoBrand, Translations } from '@carers/pages';
import { decodeBars, decodeQr } from '../../../../test/support/decoder.js';
import { cardPdf, type PrintedCard } from './card-pdf.js';
import { type Box, printed, readPdf } from '../../../../test/support/read-pdf.js';

const mm = 72 / 25.4;
const card: PrintedCard = {
  scanned: `HTTPS://CARERS.EXAMPLE/C/${'QRE2EAJHARCHIZLTOSQFQJNDAQNG5REX'.repeat(6)}`,
  printedName: 'Margaret',
  number: 'CC 7K3F 9TQX P',
  kindKey: 'cards:kind.adult',
  validUntil: '2028-11-20',
  issuedAt: new Date('2026-11-21T10:00:00Z'),
};
const printedFor = { brand: demoBrand, words: new Translations().in('en-GB'), site: 'carers.example' };

const drawn = async (facts: Partial<PrintedCard> = {}) =>
  readPdf(await cardPdf({ ...card, ...facts }, printedFor, { uncompressed: true }));

/** The code is what is made of most rectangles. */
function codeOf(filled: Box[][]): Box[] {
  return filled.reduce((most, boxes) => (boxes.length > most.length ? boxes : most));
}

describe('the card to print', () => {
  it('says who, until when, which number and whom to call', async () => {
    const { lines } = await drawn();
    const texts = lines.map(({ text }) => text);
    for (const text of ['Dorset Carers Card', 'Margaret', 'Carer', '20 November 2028', 'CC 7K3F 9TQX P'])
      expect(texts).toContain(text);
    expect(texts).toContain('Help: 01632 960 123');
    expect(texts.join(' ')).toContain('carers.example/till');
    expect(texts).toContain('Found this card? Please call 01632 960 123.');
  });

  it('sets the number in 12 points or more, and nothing smaller than 8', async () => {
    const { lines } = await drawn();
    expect(lines.find(({ text }) => text === card.number)!.size).toBeGreaterThanOrEqual(12);
    expect(Math.min(...lines.map(({ size }) => size))).toBeGreaterThanOrEqual(8);
  });

  it.each(['Zoë', 'Łukasz', 'Renée-Şükrü'])('sets %s in its own face', async (printedName) => {
    const { lines } = await drawn({ printedName });
    // A run of letters for each file of the face.
    expect(lines.map(({ text }) => text).join('')).toContain(printedName);
  });

  it('leaves a line to write on where the face lacks the letters of a name', async () => {
    const { lines } = await drawn({ printedName: 'Χριστίνα' });
    expect(lines.map(({ text }) => text).join('')).not.toMatch(/[?Χχ]ρ|Χριστίνα/);
    expect(lines.some(({ text }) => text === card.number)).toBe(true);
  });

  it.each([card.scanned, `${card.scanned}${'A2'.repeat(16)}`])(
    'has a code of 25 mm or more that a decoder reads at 150 dots an inch',
    async (scanned) => {
      const code = codeOf((await drawn({ scanned })).filled);
      const left = Math.min(...code.map(([x]) => x));
      const right = Math.max(...code.map(([x, , width]) => x + width));
      expect((right - left) / mm).toBeGreaterThanOrEqual(25);
      const module = code[0]![3];
      expect(await decodeQr(printed(code, 150, 4 * module))).toBe(scanned);
    },
    60_000,
  );

  it('keeps the quiet zone of the code free, and the code on a card of 85.6 × 54 mm', async () => {
    const { filled } = await drawn();
    const code = codeOf(filled);
    const module = code[0]![3];
    const [left, top] = [Math.min(...code.map(([x]) => x)), Math.min(...code.map(([, y]) => y))];
    const [right, bottom] = [Math.max(...code.map(([x, , w]) => x + w)), Math.max(...code.map(([, y]) => y + module))];
    const band = filled.find(([box]) => Math.abs(box![2] - 85.6 * mm) < 0.01)![0]!;
    expect(left - 4 * module).toBeGreaterThan(band[0]);
    expect(right + 4 * module).toBeLessThan(band[0] + 85.6 * mm);
    expect(top - 4 * module).toBeGreaterThan(band[1] + band[3]);
    expect(bottom + 4 * module).toBeLessThan(band[1] + 54 * mm);
  });

  it.each(['CC 7K3F 9TQX P', 'CC HRQB PBTB B', 'CC 1234 5678 M'])(
    'has %s on its back as a barcode that a decoder reads at 150 dots an inch, with its margins on the card',
    async (number) => {
      const { filled } = await drawn({ number });
      const bars = filled.find((boxes) => boxes.length > 30 && boxes.every(([, , , height]) => height > 9 * mm))!;
      const module = Math.min(...bars.map(([, , width]) => width));
      expect(module / mm).toBeGreaterThan(0.4);
      expect(await decodeBars(printed(bars, 150, 10 * module), 'Code128')).toBe(number.replaceAll(' ', ''));
      const band = filled.find(([box]) => Math.abs(box![2] - 85.6 * mm) < 0.01)![0]!;
      const fold = band[0] + 85.6 * mm;
      expect(bars[0]![0] - 10 * module).toBeGreaterThan(fold);
      expect(bars.at(-1)![0] + bars.at(-1)![2] + 10 * module).toBeLessThan(fold + 85.6 * mm);
      expect(bars[0]![1] + bars[0]![3]).toBeLessThan(band[1] + 53 * mm);
    },
    60_000,
  );

  it('names its title and language, and is the same file each time', async () => {
    const { source } = await drawn({ printedName: 'Zoë' });
    expect(source).toContain('/Lang (en-GB)');
    expect(source).toContain('/DisplayDocTitle true');
    expect(source).toContain('(D:20261121100000Z)');
    const [one, two] = await Promise.all([cardPdf(card, printedFor), cardPdf(card, printedFor)]);
    expect(one.equals(two)).toBe(true);
    expect(one.equals(await cardPdf({ ...card, number: 'CC 7K3F 9TQX Q' }, printedFor))).toBe(false);
  });
});

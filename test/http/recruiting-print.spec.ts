import { describe, expect, it } from '@jest/globals';
import { demoBrand, Translations } from '@carers/pages';
import { decodeQr } from '../support/decoder.js';
import { type Box, printed, readPdf } from '../support/read-pdf.js';
import { leafletPdf } from '../../libs/recruiting/src/leaflets/leaflet-pdf.js';
import { letterPdf, type PrintedLetter } from '../../libs/recruiting/src/letters/letter-pdf.js';

const mm = 72 / 25.4;
const printing = { brand: demoBrand, words: new Translations().in('en-GB') };
const scanned = 'https://dorsetcarerscard.example/for-business?from=K7MQ4W';
const typed = 'dorsetcarerscard.example/for-business';
const leaflet = { code: 'K7MQ4W', madeAt: new Date(0), scanned, typed, fromCarer: true };
const letter: PrintedLetter = {
  to: ['The Quay Kitchen', '1 The Quay', 'Poole', 'BH15 1HJ'],
  business: 'The Quay Kitchen',
  appealKey: 'this-exact',
  appeal: { count: 12 },
  code: 'K7MQ4W',
  scanned,
  typed,
  on: '2026-11-22',
  madeAt: new Date(0),
  from: ['County Hall', 'Dorchester', 'DT1 1XJ'],
};

/** The code is what is made of most rectangles. */
function codeOf(filled: Box[][]): Box[] {
  return filled.reduce((most, boxes) => (boxes.length > most.length ? boxes : most));
}

async function scan(filled: Box[][]): Promise<string | null> {
  const code = codeOf(filled);
  return decodeQr(printed(code, 150, 4 * code[0]![3]));
}

describe('a leaflet to print', () => {
  it.each(['a5', 'a4'] as const)('has on %s a code that a decoder reads at 150 dots an inch', async (paper) => {
    const { filled, lines, source } = readPdf(await leafletPdf(leaflet, printing, { paper, uncompressed: true }));
    expect(await scan(filled)).toBe(scanned);
    const texts = lines.map(({ text }) => text);
    expect(texts.filter((text) => text === 'Code K7M Q4W')).toHaveLength(paper === 'a4' ? 2 : 1);
    expect(texts).toContain(typed);
    expect(texts.join(' ')).toContain('Join in five minutes');
    expect(Math.min(...lines.map(({ size }) => size))).toBeGreaterThanOrEqual(7);
    expect(source).toContain(paper === 'a4' ? '/MediaBox [0 0 841.88' : '/MediaBox [0 0 419.52');
  });

  it('is the same file each time, and says who hands it over', async () => {
    const [one, two] = await Promise.all([leafletPdf(leaflet, printing), leafletPdf(leaflet, printing)]);
    expect(one.equals(two)).toBe(true);
    const of = async (fromCarer: boolean) =>
      readPdf(await leafletPdf({ ...leaflet, fromCarer }, printing, { uncompressed: true }))
        .lines.map(({ text }) => text)
        .join(' ');
    expect(await of(true)).toContain('I would love to use my carers card here');
    expect(await of(false)).toContain('Carers near you would love to come in');
  });
});

describe('a letter to a business', () => {
  it('says how many ask, has a code to scan, and one page', async () => {
    const file = await letterPdf(letter, printing, { uncompressed: true });
    const { lines, filled, source } = readPdf(file);
    const all = lines.map(({ text }) => text).join(' ');
    expect(all).toContain('12 carers near you ask for you');
    expect(all).toContain('Your code: K7M Q4W');
    expect(await scan(filled)).toBe(scanned);
    expect(source.match(/\/Type \/Page\n/g)).toHaveLength(1);
  });

  it('keeps to its page with the longest name and address there may be', async () => {
    const name = 'W'.repeat(40) + ' ' + 'Windmill and Watermill Wine and Whisky Warehouse of West Wool';
    const long = { ...letter, business: name, to: [name, 'x'.repeat(80), 'y'.repeat(80), 'z'.repeat(60), 'BH15 1HJ'] };
    const kind = 'places for health and wellbeing';
    const file = await letterPdf({ ...long, appealKey: 'kind-over', appeal: { count: 1200, kind } }, printing, {
      uncompressed: true,
    });
    const lowest = Math.max(
      ...readPdf(file)
        .filled.flat()
        .map(([, y, , height]) => y + height),
    );
    // Below the sand-coloured panel come four lines and the sender.
    expect(lowest + 45 * mm).toBeLessThan(297 * mm);
  });
});

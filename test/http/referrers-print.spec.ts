import { demoBrand, Translations } from '@carers/pages';
import { describe, expect, it } from '@jest/globals';
import { decodeQr } from '../support/decoder.js';
import { printed, readPdf } from '../support/read-pdf.js';
import { referrerLeafletPdf } from '../../libs/referrers/src/paper/leaflet-pdf.js';
import { padPdf } from '../../libs/referrers/src/paper/pad-pdf.js';

describe('what referrers print', () => {
  const printing = { brand: demoBrand, words: new Translations().in('en-GB') };
  const scanned = 'https://dorsetcarerscard.example/r/K7MQ4W';
  const onPaper = {
    ...{ code: 'K7MQ4W', name: 'Harbourside Medical Practice and Walk-in Centre', madeAt: new Date(0), scanned },
    ...{ service: 'The Carers Service of Bournemouth, Christchurch and Poole', phone: '01202 960001' },
    typed: 'dorsetcarerscard.example/r/K7MQ4W',
  };
  const reasons = ['carer_unwell', 'caring_more', 'new_diagnosis', 'just_home', 'needs_break', 'wants_information'];
  const scan = (file: Buffer) => {
    const { filled } = readPdf(file);
    const code = filled.reduce((most, boxes) => (boxes.length > most.length ? boxes : most));
    return decodeQr(printed(code, 150, 4 * code[0]![3]));
  };

  it.each(['a5', 'a4'] as const)('a leaflet and a pad on %s have a code that a decoder reads', async (paper) => {
    const leaflet = await referrerLeafletPdf(onPaper, printing, { paper, uncompressed: true });
    expect(await scan(leaflet)).toBe(scanned);
    const pad = await padPdf({ ...onPaper, reasons }, printing, { paper, forms: 3, uncompressed: true });
    expect(await scan(pad)).toBe(scanned);
    const { lines, source } = readPdf(pad);
    expect(source.match(/\/Type \/Page\n/g)).toHaveLength(3);
    const all = lines.map(({ text }) => text).join(' ');
    expect(all).toContain('code K7M Q4W');
    expect(all).toContain('Nothing about the patient here');
    expect(all).toContain('is never told what came of it');
    expect(Math.min(...lines.map(({ size }) => size)) * (paper === 'a4' ? Math.SQRT2 : 1)).toBeGreaterThanOrEqual(7);
  });

  it('large print has nothing under 18 point but what must fit a line, and the carer’s part on the back', async () => {
    const pad = await padPdf({ ...onPaper, name: 'Rowan Surgery', reasons }, printing, {
      ...{ paper: 'a4', large: true, forms: 2, uncompressed: true },
    });
    const { lines, source } = readPdf(pad);
    expect(source.match(/\/Type \/Page\n/g)).toHaveLength(4);
    expect(Math.min(...lines.map(({ size }) => size))).toBeGreaterThanOrEqual(18);
  });
});

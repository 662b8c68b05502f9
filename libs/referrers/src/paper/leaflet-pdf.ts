import { a4, a5, type Doc, drawMark, drawQr, mm, paper, type PdfText, type Printing } from '@carers/cards';
import { groupedCode } from '@carers/kernel';
import type { PrintedReferrer } from './printed-referrer.js';

const ink = '#000000';
const margin = 11 * mm;
const width = a5[0] - 2 * margin;
const top = 66 * mm;
const qrSide = 54 * mm;

/** The leaflet that a referrer hands to carers: one on A5, or two on A4 to cut in half. */
export async function referrerLeafletPdf(
  leaflet: PrintedReferrer,
  printing: Printing,
  options: { paper: 'a4' | 'a5'; uncompressed?: boolean },
): Promise<Buffer> {
  const two = options.paper === 'a4';
  const size: readonly [number, number] = two ? [a4[1], a4[0]] : a5;
  const title = printing.words.t('referrers:leaflet.title', { scheme: printing.brand.name, referrer: leaflet.name });
  const about = { size, title, madeAt: leaflet.madeAt, uncompressed: options.uncompressed };
  return paper(about, printing, (doc, text) => {
    draw(doc, text, leaflet, printing);
    if (!two) return;
    doc.save().translate(a4[1] / 2, 0);
    draw(doc, text, leaflet, printing);
    doc.restore();
    cut(doc);
  });
}

function draw(doc: Doc, text: PdfText, leaflet: PrintedReferrer, printing: Printing): void {
  drawHead(doc, text, leaflet, printing);
  const after = drawGains(doc, text, leaflet, printing);
  drawCode(doc, text, after, leaflet, printing);
  drawFoot(doc, text, leaflet, printing);
}

function drawHead(doc: Doc, text: PdfText, { name }: PrintedReferrer, { brand, words }: Printing): void {
  const { seaDeep, sun } = brand.colours;
  doc
    .fillColor(seaDeep)
    .rect(0, 0, a5[0] + 2, top)
    .fill();
  doc
    .fillColor(sun)
    .rect(0, top, a5[0] + 2, 1.6 * mm)
    .fill();
  drawMark(doc, brand.mark, { x: margin, y: 9 * mm, side: 11 * mm, ink: '#ffffff' });
  const title = { size: 15, weight: 700, colour: '#ffffff' } as const;
  text.fittedLine(brand.name, margin + 14.5 * mm, 16.4 * mm, width - 15 * mm, 9, title);
  const headline = { size: 25, weight: 700, colour: '#ffffff', leading: 28 } as const;
  const y = text.paragraph(words.t('referrers:leaflet.headline'), margin, 34 * mm, width, headline);
  const lead = { size: 12.5, colour: '#ffffff', leading: 15.5 };
  text.paragraph(words.t('referrers:leaflet.lead', { referrer: name }), margin, y - 2, width, lead);
}

function drawGains(doc: Doc, text: PdfText, { service }: PrintedReferrer, { brand, words }: Printing): number {
  let y = top + 12 * mm;
  text.line(words.t('referrers:leaflet.gains-heading'), margin, y, { size: 17, weight: 700, colour: ink });
  y += 9 * mm;
  for (const gain of words.sentences('referrers:leaflet.gains', { scheme: brand.shortName, service })) {
    doc
      .fillColor(brand.colours.sun)
      .circle(margin + 1.4 * mm, y - 1.3 * mm, 1.2 * mm)
      .fill();
    y = text.paragraph(gain, margin + 6 * mm, y, width - 6 * mm, { size: 13, colour: ink, leading: 16.5 }) + 6;
  }
  return y;
}

/** The code to scan and to type. */
function drawCode(
  doc: Doc,
  text: PdfText,
  from: number,
  { scanned, typed, code, phone }: PrintedReferrer,
  { brand, words }: Printing,
): void {
  const box = { x: margin, y: from + 1 * mm, width, height: qrSide + 8 * mm };
  doc
    .fillColor(brand.colours.sand)
    .roundedRect(box.x, box.y, box.width, box.height, 3 * mm)
    .fill();
  drawQr(doc, scanned, { x: box.x + 4 * mm, y: box.y + 4 * mm, side: qrSide });
  const x = box.x + qrSide + 10 * mm;
  const column = box.width - qrSide - 14 * mm;
  let y = box.y + 11 * mm;
  y = text.paragraph(words.t('referrers:leaflet.scan'), x, y, column, { size: 14, weight: 700, leading: 17 }) + 5;
  text.line(words.t('referrers:leaflet.or-type'), x, y, { size: 10.5, colour: brand.colours.quiet });
  text.fittedLine(typed, x, y + 5.4 * mm, column, 6.5, { size: 11.5, weight: 700, colour: brand.colours.sea });
  y += 12 * mm;
  const call = words.t('referrers:leaflet.or-call', { phone, code: groupedCode(code) });
  text.paragraph(call, x, y, column, { size: 10.5, colour: ink, leading: 13.5 });
}

function drawFoot(doc: Doc, text: PdfText, { name }: PrintedReferrer, { brand, words }: Printing): void {
  const y = a5[1] - 12 * mm;
  doc.lineWidth(0.6).strokeColor(brand.colours.line);
  doc
    .moveTo(margin, y - 5 * mm)
    .lineTo(a5[0] - margin, y - 5 * mm)
    .stroke();
  const told = words.t('referrers:leaflet.told', { referrer: name });
  text.paragraph(told, margin, y, width, { size: 9.5, colour: brand.colours.quiet, leading: 11.5 });
}

/** Where to cut a sheet of two. */
function cut(doc: Doc): void {
  doc.lineWidth(0.5).strokeColor('#7a7a7a').dash(3, { space: 3 });
  for (const [from, to] of [
    [0, 5 * mm],
    [a4[0] - 5 * mm, a4[0]],
  ] as const)
    doc
      .moveTo(a4[1] / 2, from)
      .lineTo(a4[1] / 2, to)
      .stroke();
  doc.undash();
}

import { a4, a5, type Doc, drawMark, drawQr, mm, paper, type PdfText, type Printing } from '@carers/cards';
import { groupedCode } from '@carers/kernel';

export interface PrintedLeaflet {
  code: string;
  madeAt: Date;
  /** Where the code leads: an address with the code in it. */
  scanned: string;
  /** The address that people type, without the code. */
  typed: string;
  /** Whether a carer hands it over, or the scheme. */
  fromCarer: boolean;
}

/** One on A5, or two on A4 to cut in half. */
export type LeafletPaper = 'a5' | 'a4';

const ink = '#000000';
const margin = 11 * mm;
const width = a5[0] - 2 * margin;
const top = 62 * mm;
const qrSide = 42 * mm;
/** The sand-coloured panel with the code. */
const panel = { width: qrSide + 8 * mm, height: qrSide + 22 * mm };

/** The leaflet that a carer, or the scheme, hands to a business. */
export async function leafletPdf(
  leaflet: PrintedLeaflet,
  printing: Printing,
  options: { paper?: LeafletPaper; uncompressed?: boolean } = {},
): Promise<Buffer> {
  const { words, brand } = printing;
  const two = options.paper === 'a4';
  const size: readonly [number, number] = two ? [a4[1], a4[0]] : a5;
  const title = words.t('recruiting:leaflet.title', { scheme: brand.name });
  const about = { size, title, madeAt: leaflet.madeAt, uncompressed: options.uncompressed };
  return paper(about, printing, (doc, text) => {
    drawLeaflet(doc, text, leaflet, printing);
    if (!two) return;
    doc.save().translate(a4[1] / 2, 0);
    drawLeaflet(doc, text, leaflet, printing);
    doc.restore();
    drawCut(doc);
  });
}

function drawLeaflet(doc: Doc, text: PdfText, leaflet: PrintedLeaflet, printing: Printing): void {
  drawHead(doc, text, leaflet, printing);
  const after = drawGains(doc, text, printing);
  drawSteps(doc, text, after, leaflet, printing);
  drawCode(doc, text, after, leaflet, printing);
  drawFoot(doc, text, printing);
}

function drawHead(doc: Doc, text: PdfText, { fromCarer }: PrintedLeaflet, { brand, words }: Printing): void {
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
  const name = { size: 15, weight: 700, colour: '#ffffff' } as const;
  text.fittedLine(brand.name, margin + 14.5 * mm, 16.4 * mm, width - 15 * mm, 9, name);
  const headline = { size: 25, weight: 700, colour: '#ffffff', leading: 28 } as const;
  const key = fromCarer ? 'carer' : 'scheme';
  const y = text.paragraph(words.t(`recruiting:leaflet.headline-${key}`), margin, 34 * mm, width, headline);
  const lead = { size: 12, colour: '#ffffff', leading: 15 };
  text.paragraph(words.t(`recruiting:leaflet.lead-${key}`), margin, y - 3, width, lead);
}

/** Why it is worth it: short lines behind ticks. Gives the baseline for what follows. */
function drawGains(doc: Doc, text: PdfText, { brand, words }: Printing): number {
  let y = top + 12 * mm;
  text.line(words.t('recruiting:leaflet.gains-heading'), margin, y, { size: 15, weight: 700, colour: ink });
  y += 7.6 * mm;
  for (const gain of words.sentences('recruiting:leaflet.gains', { scheme: brand.shortName })) {
    drawTick(doc, margin, y - 3.1 * mm, brand.colours.yes);
    y = text.paragraph(gain, margin + 6.5 * mm, y, width - 6.5 * mm, { size: 11.5, colour: ink, leading: 14 }) + 4.4;
  }
  return y;
}

function drawTick(doc: Doc, x: number, y: number, colour: string): void {
  doc.lineWidth(1.9).lineCap('round').lineJoin('round').strokeColor(colour);
  doc
    .moveTo(x + 0.4 * mm, y + 1.8 * mm)
    .lineTo(x + 1.6 * mm, y + 3 * mm)
    .lineTo(x + 4 * mm, y + 0.2 * mm)
    .stroke();
}

function drawSteps(doc: Doc, text: PdfText, from: number, { typed }: PrintedLeaflet, { brand, words }: Printing): void {
  let y = from + 7.5 * mm;
  const column = width - panel.width - 5 * mm;
  text.line(words.t('recruiting:leaflet.steps-heading'), margin, y, { size: 15, weight: 700, colour: ink });
  y += 10 * mm;
  words.sentences('recruiting:leaflet.steps').forEach((step, index) => {
    const number = `${index + 1}`;
    const setting = { size: 11, weight: 700, colour: '#ffffff' } as const;
    const centre = { x: margin + 2.8 * mm, y: y - 1.4 * mm };
    doc
      .fillColor(brand.colours.sea)
      .circle(centre.x, centre.y, 2.9 * mm)
      .fill();
    text.line(number, centre.x - text.width(number, setting) / 2, centre.y + 3.9, setting);
    y = text.paragraph(step, margin + 8 * mm, y, column - 8 * mm, { size: 12, colour: ink, leading: 15 }) + 7;
  });
  text.line(words.t('recruiting:leaflet.or-type'), margin, y + 3 * mm, { size: 10.5, colour: brand.colours.quiet });
  const address = { size: 12, weight: 700, colour: brand.colours.sea } as const;
  text.fittedLine(typed, margin, y + 8.5 * mm, column, 7, address);
}

/** The code to scan and to type, on the right of the steps. */
function drawCode(
  doc: Doc,
  text: PdfText,
  from: number,
  { scanned, code }: PrintedLeaflet,
  { brand, words }: Printing,
): void {
  const box = { ...panel, x: a5[0] - margin - panel.width, y: from + 3 * mm };
  doc
    .fillColor(brand.colours.sand)
    .roundedRect(box.x, box.y, box.width, box.height, 3 * mm)
    .fill();
  const centred = (line: string, y: number, setting: { size: number; weight?: 400 | 700 }) =>
    text.line(line, box.x + (box.width - text.width(line, setting)) / 2, y, { ...setting, colour: ink });
  centred(words.t('recruiting:leaflet.scan'), box.y + 7 * mm, { size: 11, weight: 700 });
  drawQr(doc, scanned, { x: box.x + 4 * mm, y: box.y + 10 * mm, side: qrSide });
  centred(words.t('recruiting:leaflet.code', { code: groupedCode(code) }), box.y + box.height - 4.2 * mm, {
    size: 12.5,
    weight: 700,
  });
}

function drawFoot(doc: Doc, text: PdfText, { brand, words }: Printing): void {
  const y = a5[1] - 11 * mm;
  doc.lineWidth(0.6).strokeColor(brand.colours.line);
  doc
    .moveTo(margin, y - 6.5 * mm)
    .lineTo(a5[0] - margin, y - 6.5 * mm)
    .stroke();
  const { phone, email } = brand;
  const contact = words.t('recruiting:leaflet.contact', { phone, email });
  text.fittedLine(contact, margin, y - 1.4 * mm, width, 8, { size: 10.5, weight: 700, colour: ink });
  const free = words.t('recruiting:leaflet.free', { scheme: brand.name });
  text.fittedLine(free, margin, y + 3.4 * mm, width, 7.5, { size: 9, colour: brand.colours.quiet });
}

/** Where to cut a sheet of two. */
function drawCut(doc: Doc): void {
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

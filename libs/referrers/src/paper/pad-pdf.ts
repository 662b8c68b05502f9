import { a4, a5, type Doc, drawMark, drawQr, mm, paper, type PdfText, type Printing } from '@carers/cards';
import { groupedCode } from '@carers/kernel';
import type { PrintedReferrer } from './printed-referrer.js';

/** A pad of hand-over forms for one referrer. */
export interface PrintedPad extends PrintedReferrer {
  /** Slugs of the reasons that such a place has. */
  reasons: readonly string[];
}

export interface PadOptions {
  paper: 'a4' | 'a5';
  /** 18 point, on A4, with the carer's part on a sheet of its own. */
  large?: boolean;
  /** How many forms. */
  forms: number;
  uncompressed?: boolean;
}

const ink = '#000000';
const grey = '#5f6b72';

/** Lengths of a form in points. All follow from the size of the page and of its words. */
interface Measures {
  width: number;
  height: number;
  margin: number;
  /** Size of the words, and from one line of them to the next. */
  body: number;
  leading: number;
  /** Height of a line to write on. */
  row: number;
}

/** Everything a part of the form needs to be drawn. */
interface Sheet {
  doc: Doc;
  text: PdfText;
  at: Measures;
  pad: PrintedPad;
  printing: Printing;
}

/**
 * The pad as a PDF, form after form alike. Normal print has the form above and the carer's part below a line to tear along;
 * A4 is A5 enlarged, as the paper is. Large print has the carer's part on the next sheet.
 */
export async function padPdf(pad: PrintedPad, printing: Printing, options: PadOptions): Promise<Buffer> {
  const large = options.large === true;
  const size = large || options.paper === 'a4' ? a4 : a5;
  const title = printing.words.t('referrers:pad.title', { referrer: pad.name });
  const about = { size, title, madeAt: pad.madeAt, uncompressed: options.uncompressed };
  const scale = large ? 1 : size[0] / a5[0];
  const at: Measures = large
    ? { width: a4[0], height: a4[1], margin: 14 * mm, body: 18, leading: 22.5, row: 18 * mm }
    : { width: a5[0], height: a5[1], margin: 9 * mm, body: 10.6, leading: 13.4, row: 11.4 * mm };
  return paper(about, printing, (doc, text) => {
    const sheet = { doc, text, at, pad, printing };
    for (let form = 0; form < options.forms; form++) {
      if (form > 0) doc.addPage({ size: [...size], margin: 0 });
      doc.save().scale(scale);
      drawForm(sheet);
      if (large) {
        doc.restore();
        doc.addPage({ size: [...size], margin: 0 });
        doc.save();
        drawSlip(sheet, at.margin);
      } else drawTear(sheet);
      doc.restore();
    }
  });
}

function drawForm(sheet: Sheet): void {
  const { text, at, pad, printing } = sheet;
  const { words } = printing;
  const { margin: x, body } = at;
  const inner = at.width - 2 * x;
  const large = isLarge(at);
  let y = drawHead(sheet);
  const heading = { size: body * 1.55, weight: 700, colour: ink } as const;
  text.line(words.t('referrers:pad.heading'), x, (y += body * 1.9), heading);
  y += body * 0.6;
  y = drawBlank(sheet, 'carer-name', x, y, inner);
  y = drawBlank(sheet, 'phone', x, y, inner * 0.55);
  drawBlank(sheet, 'postcode', x + inner * 0.6, y - at.row, inner * 0.4);
  y = drawChoices(
    sheet,
    'best-time',
    ['any', 'morning', 'afternoon', 'evening'],
    'times',
    y + at.leading * 1.15,
    large ? 2 : 4,
  );
  y = drawChoices(sheet, 'why', pad.reasons, 'reasons', y, large ? 1 : 2);
  const warning = { size: body, weight: 700, colour: ink, leading: at.leading } as const;
  y = text.paragraph(words.t('referrers:pad.no-patients'), x, y, inner, warning) + body * 0.25;
  const service = pad.service;
  const agreed = words.t('referrers:agreements.2026-11.agreed', { service });
  y = text.paragraph(agreed, x, y, inner, { size: body, colour: ink, leading: at.leading });
  y = drawChoices(sheet, null, ['spoken', 'written', 'note'], 'agreed-how', y, 3, 'referrers:pad.');
  y -= at.leading * 0.7;
  y = drawBlank(sheet, 'your-name', x, y, inner * 0.55);
  drawBlank(sheet, 'your-job', x + inner * 0.6, y - at.row, inner * 0.4);
  y = drawBlank(sheet, 'signature', x, y, inner * 0.55);
  drawBlank(sheet, 'date', x + inner * 0.6, y - at.row, inner * 0.4);
}

/** The scheme, and for whom the pad is. Gives where it ends. */
function drawHead({ doc, text, at, pad, printing }: Sheet): number {
  const { brand, words } = printing;
  const side = at.body * 2.3;
  const right = at.margin + side + at.body * 0.7;
  drawMark(doc, brand.mark, { x: at.margin, y: at.margin * 0.8, side, ink: brand.colours.seaDeep });
  const room = at.width - right - at.margin;
  const name = { size: at.body * 1.15, weight: 700, colour: brand.colours.seaDeep } as const;
  text.fittedLine(brand.name, right, at.margin * 0.8 + at.body * 1.05, room, at.body * 0.6, name);
  const from = words.t('referrers:pad.from', { referrer: pad.name, code: groupedCode(pad.code) });
  text.fittedLine(from, right, at.margin * 0.8 + at.body * 2.2, room, at.body * 0.6, { size: at.body, colour: ink });
  const y = at.margin * 0.8 + side + at.body * 0.5;
  doc
    .fillColor(brand.colours.sun)
    .rect(at.margin, y, at.width - 2 * at.margin, at.body * 0.22)
    .fill();
  return y;
}

/** A line to write on, with what belongs there under it. Gives where it ends. */
function drawBlank({ doc, text, at, printing }: Sheet, what: string, x: number, y: number, width: number): number {
  const line = y + at.row - at.body * 1.05;
  doc
    .lineWidth(0.7)
    .strokeColor(ink)
    .moveTo(x, line)
    .lineTo(x + width, line)
    .stroke();
  const label = printing.words.t(`referrers:pad.${what}`);
  text.fittedLine(label, x, line + at.body * 0.95, width, at.body * 0.6, {
    size: isLarge(at) ? at.body : at.body * 0.92,
    colour: grey,
  });
  return y + at.row;
}

/** Boxes to tick in columns. Gives the baseline for what follows. */
function drawChoices(
  { doc, text, at, printing }: Sheet,
  heading: string | null,
  options: readonly string[],
  words: string,
  from: number,
  columns: number,
  prefix = 'referrers:',
): number {
  const inner = at.width - 2 * at.margin;
  let y = from;
  if (heading) {
    const setting = { size: at.body, weight: 700, colour: ink } as const;
    text.line(printing.words.t(`referrers:pad.${heading}`), at.margin, y, setting);
    y += at.leading * 1.15;
  }
  const column = inner / columns;
  const box = at.body * 0.95;
  options.forEach((option, index) => {
    const x = at.margin + (index % columns) * column;
    const line = y + Math.floor(index / columns) * at.leading * 1.15;
    doc
      .lineWidth(0.8)
      .strokeColor(ink)
      .rect(x, line - box * 0.85, box, box)
      .stroke();
    const label = printing.words.t(`${prefix}${words}.${option}`);
    const room = column - box * 2;
    text.fittedLine(label, x + box * 1.45, line, room, at.body * 0.7, { size: at.body, colour: ink });
  });
  return y + Math.ceil(options.length / columns) * at.leading * 1.15 + at.leading * 0.35;
}

/** The line to tear along, and below it the carer's part. */
function drawTear(sheet: Sheet): void {
  const { doc, text, at, printing } = sheet;
  const y = at.height - 64 * mm;
  doc.lineWidth(0.6).strokeColor(grey).dash(3, { space: 3 });
  doc.moveTo(0, y).lineTo(at.width, y).stroke().undash();
  const label = printing.words.t('referrers:pad.tear');
  const setting = { size: at.body * 0.8, colour: grey };
  text.line(label, at.width - at.margin - text.width(label, setting), y - at.body * 0.35, setting);
  drawSlip(sheet, y);
}

/** What the carer keeps: who will call, what is kept, and how to go about it alone. */
function drawSlip({ doc, text, at, pad, printing }: Sheet, from: number): void {
  const { brand, words } = printing;
  const large = isLarge(at);
  const side = large ? 56 * mm : 31 * mm;
  const inner = at.width - 2 * at.margin;
  const column = large ? inner : inner - side - 5 * mm;
  let y = from + at.body * 2.1;
  const heading = { size: at.body * 1.3, weight: 700, colour: brand.colours.seaDeep } as const;
  text.line(words.t('referrers:pad.slip-heading'), at.margin, y, heading);
  y += at.leading * 1.25;
  const sentences = words.sentences('referrers:pad.privacy', {
    service: pad.service,
    phone: pad.phone,
    referrer: pad.name,
  });
  for (const sentence of sentences)
    y =
      text.paragraph(sentence, at.margin, y, column, { size: at.body, colour: ink, leading: at.leading }) +
      at.body * 0.3;
  const qr = large ? { x: at.margin, y, side } : { x: at.width - at.margin - side, y: from + at.body * 1.6, side };
  drawQr(doc, pad.scanned, qr);
  const own = large
    ? { x: at.margin + side + 6 * mm, y: y + side / 2, width: inner - side - 6 * mm }
    : { x: at.margin, y: y + at.body * 0.3, width: column };
  const scan = { size: at.body, colour: ink };
  text.line(words.t('referrers:pad.scan'), own.x, own.y, scan);
  const typed = { size: at.body, weight: 700, colour: brand.colours.sea } as const;
  text.fittedLine(pad.typed, own.x, own.y + at.leading * 1.1, own.width, at.body * 0.6, typed);
}

function isLarge({ body }: Measures): boolean {
  return body >= 18;
}

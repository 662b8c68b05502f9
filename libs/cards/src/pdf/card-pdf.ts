import { buffer } from 'node:stream/consumers';
import { code128Bars, qrModules } from '@carers/credentials';
import type { Brand, Words } from '@carers/pages';
import type PDFDocument from 'pdfkit';
import { drawMark } from './pdf-mark.js';
import { PdfText } from './pdf-text.js';

/** What stands on a printed card. */
export interface PrintedCard {
  /** The text of the QR code. */
  scanned: string;
  printedName: string;
  /** In groups: `CC 7K3F 9TQX P`. */
  number: string;
  /** Catalogue key of the kind of card. */
  kindKey: string;
  /** `YYYY-MM-DD`. */
  validUntil: string;
  issuedAt: Date;
}

/** Where a till types a number or scans, in the words of a card's back. */
export interface PrintedFor {
  brand: Brand;
  words: Words;
  /** The site's address as people read it. */
  site: string;
}

const mm = 72 / 25.4;
/** Pure black: a black-and-white printer would make dots of the scheme's dark ink, and a scanner stumbles over them. */
const ink = '#000000';
/** ISO/IEC 7810 ID-1, as a bank card. */
const card = { width: 85.6 * mm, height: 54 * mm };
const page = { width: 210 * mm, height: 297 * mm, margin: 19.4 * mm };
/** The white square with the code and its quiet zone. The code itself is then 31.8 mm (version 8) or 32.4 mm (version 10). */
const qrBox = 37 * mm;
/** The barcode's narrowest bar: 0.42 mm, a whole number of dots on every printer of 300 an inch and more. */
const barModule = 1.2;
const barHeight = 10 * mm;
/** Front and back lie side by side, so that one fold makes a card. */
const front = { x: (page.width - 2 * card.width) / 2, y: 100 * mm };
const back = { x: front.x + card.width, y: front.y };
const pad = 4.5 * mm;

/**
 * An A4 page with a card to cut out, fold and carry, at true size. The same card and words always give the same bytes.
 *
 * @param uncompressed leaves the drawing readable in the file, for tests
 */
export async function cardPdf(
  printed: PrintedCard,
  printedFor: PrintedFor,
  options: { uncompressed?: boolean } = {},
): Promise<Buffer> {
  const { words, brand } = printedFor;
  // Asked for here: it takes as long to load as a good part of the program, and few processes print.
  const { default: Document } = await import('pdfkit');
  const doc = new Document({
    size: [page.width, page.height],
    margin: 0,
    lang: words.locale,
    displayTitle: true,
    compress: !options.uncompressed,
    // The file's id and dates follow from the card: a second download is the same file.
    info: {
      Title: words.t('cards:pdf.title', { scheme: brand.name, name: printed.printedName }),
      Author: brand.name,
      CreationDate: printed.issuedAt,
      ModDate: printed.issuedAt,
    },
  });
  const text = new PdfText(doc);
  const done = buffer(doc);
  drawAdvice(doc, text, printedFor);
  drawFront(doc, text, printed, printedFor);
  drawBack(doc, text, printed, printedFor);
  drawCuttingMarks(doc, text, printedFor);
  doc.end();
  return done;
}

function drawAdvice(doc: typeof PDFDocument.prototype, text: PdfText, { words, brand }: PrintedFor): void {
  const width = page.width - 2 * page.margin;
  let y = 32 * mm;
  text.line(words.t('cards:pdf.heading'), page.margin, y, { size: 24, weight: 700, colour: ink });
  y += 12 * mm;
  words.sentences('cards:pdf.steps').forEach((step, index) => {
    text.line(`${index + 1}.`, page.margin, y, { size: 13, weight: 700, colour: ink });
    y = text.paragraph(step, page.margin + 8 * mm, y, width - 8 * mm, { size: 13, colour: ink }) + 1.5 * mm;
  });

  // A true measure: printers like to shrink a page.
  const ruler = { y: front.y + card.height + 26 * mm, length: 50 * mm };
  doc.lineWidth(0.8).strokeColor(ink);
  doc
    .moveTo(page.margin, ruler.y)
    .lineTo(page.margin + ruler.length, ruler.y)
    .stroke();
  for (const x of [page.margin, page.margin + ruler.length])
    doc
      .moveTo(x, ruler.y - 2 * mm)
      .lineTo(x, ruler.y + 2 * mm)
      .stroke();
  text.line(words.t('cards:pdf.ruler'), page.margin + ruler.length + 5 * mm, ruler.y + 4, { size: 11, colour: ink });

  let after = ruler.y + 18 * mm;
  text.line(words.t('cards:pdf.lost-heading'), page.margin, after, { size: 15, weight: 700, colour: ink });
  after = text.paragraph(words.t('cards:pdf.lost', { phone: brand.phone }), page.margin, after + 8 * mm, width, {
    size: 13,
    colour: ink,
  });
  text.paragraph(words.t('cards:pdf.keep'), page.margin, after + 2 * mm, width, { size: 13, colour: ink });
}

function drawFront(
  doc: typeof PDFDocument.prototype,
  text: PdfText,
  printed: PrintedCard,
  { brand, words }: PrintedFor,
): void {
  const { seaDeep } = brand.colours;
  const { x, y } = front;
  const band = 11.5 * mm;
  doc.fillColor(seaDeep).rect(x, y, card.width, band).fill();
  drawMark(doc, brand.mark, { x: x + pad, y: y + 1.75 * mm, side: 8 * mm, ink: '#ffffff' });
  const title = { size: 14, weight: 700, colour: '#ffffff' } as const;
  text.fittedLine(brand.name, x + pad + 10.5 * mm, y + 7.5 * mm, card.width - 20 * mm, 8, title);

  const column = card.width - qrBox - pad - 2 * mm;
  const left = x + pad;
  if (text.canSet(printed.printedName)) {
    const name = { size: 16, weight: 700, colour: ink } as const;
    text.fittedLine(printed.printedName, left, y + 20 * mm, column, 8, name);
  } else {
    // Letters that the face does not have: better a line to write on than boxes.
    doc
      .lineWidth(0.6)
      .strokeColor(ink)
      .moveTo(left, y + 20.5 * mm)
      .lineTo(left + column, y + 20.5 * mm)
      .stroke();
  }
  text.line(words.t(printed.kindKey), left, y + 25.5 * mm, { size: 10, colour: ink });
  text.line(words.t('cards:pdf.valid-until'), left, y + 32 * mm, { size: 8.5, colour: ink });
  const until = { size: 10.5, weight: 700, colour: ink } as const;
  text.fittedLine(words.longDate(printed.validUntil), left, y + 36.3 * mm, column, 8, until);
  text.line(printed.number, left, y + 44 * mm, { size: 12.5, weight: 700, colour: ink });
  text.line(words.t('cards:pdf.help', { phone: brand.phone }), left, y + 50 * mm, { size: 9, colour: ink });
  drawQr(doc, printed.scanned, x + card.width - qrBox - 1.5 * mm, y + band + (card.height - band - qrBox) / 2);
}

/** One rectangle for each run of dark modules in a row; white paper around them is the quiet zone. */
function drawQr(doc: typeof PDFDocument.prototype, scanned: string, x: number, y: number): void {
  const code = qrModules(scanned);
  const module = qrBox / (code.size + 2 * code.quietZone);
  doc.fillColor(ink);
  for (let row = 0; row < code.size; row++) {
    for (let column = 0; column < code.size; column++) {
      const start = column;
      while (column < code.size && code.isDark(row, column)) column++;
      if (column === start) continue;
      const left = x + (start + code.quietZone) * module;
      doc.rect(left, y + (row + code.quietZone) * module, (column - start) * module, module);
    }
  }
  doc.fill();
}

function drawBack(
  doc: typeof PDFDocument.prototype,
  text: PdfText,
  printed: PrintedCard,
  { brand, words, site }: PrintedFor,
): void {
  const x = back.x + pad;
  const width = card.width - 2 * pad;
  const body = { size: 8.5, colour: ink, leading: 10.4 };
  text.line(words.t('cards:pdf.back-heading'), x, back.y + 7 * mm, { size: 11, weight: 700, colour: ink });
  let y = text.paragraph(words.t('cards:pdf.back-what'), x, back.y + 12 * mm, width, body);
  y = text.paragraph(words.t('cards:pdf.back-how', { site }), x, y + 1.2 * mm, width, body);
  y = text.paragraph(words.t('cards:pdf.back-rules'), x, y + 1.2 * mm, width, body);
  const found = { ...body, weight: 700 } as const;
  text.paragraph(words.t('cards:pdf.back-found', { phone: brand.phone }), x, y + 1.2 * mm, width, found);
  drawBars(doc, printed.number.replaceAll(' ', ''), back.y + card.height - barHeight - 2 * mm);
}

/** The card number for scanners that read no squares, its quiet zones kept free on both sides. */
function drawBars(doc: typeof PDFDocument.prototype, number: string, y: number): void {
  const code = code128Bars(number);
  const x = back.x + (card.width - code.width * barModule) / 2;
  doc.fillColor(ink);
  for (const bar of code.bars) doc.rect(x + bar.x * barModule, y, bar.width * barModule, barHeight);
  doc.fill();
}

/** A fine edge, marks outside the corners to lay a ruler on, and where to fold. */
function drawCuttingMarks(doc: typeof PDFDocument.prototype, text: PdfText, { words }: PrintedFor): void {
  const [left, right, top, bottom] = [front.x, back.x + card.width, front.y, front.y + card.height];
  doc.lineWidth(0.4).strokeColor('#7a7a7a');
  doc.rect(left, top, right - left, bottom - top).stroke();
  doc.lineWidth(0.6).strokeColor('#000000');
  for (const x of [left, right])
    for (const [from, to] of [
      [top - 7 * mm, top - 2 * mm],
      [bottom + 2 * mm, bottom + 7 * mm],
    ] as const)
      doc.moveTo(x, from).lineTo(x, to).stroke();
  for (const y of [top, bottom])
    for (const [from, to] of [
      [left - 7 * mm, left - 2 * mm],
      [right + 2 * mm, right + 7 * mm],
    ] as const)
      doc.moveTo(from, y).lineTo(to, y).stroke();
  doc.dash(3, { space: 3 });
  doc
    .moveTo(back.x, top - 7 * mm)
    .lineTo(back.x, bottom + 7 * mm)
    .stroke();
  doc.undash();
  const fold = words.t('cards:pdf.fold');
  const size = { size: 10, colour: ink };
  text.line(fold, back.x - text.width(fold, size) / 2, top - 9 * mm, size);
}

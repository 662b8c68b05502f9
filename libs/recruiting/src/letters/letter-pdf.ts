import { a4, type Doc, drawMark, drawQr, mm, paper, type PdfText, type Printing } from '@carers/cards';
import { groupedCode, type LocalDate } from '@carers/kernel';

export interface PrintedLetter {
  /** Lines for the window, the business's name first. */
  to: readonly string[];
  business: string;
  /** Catalogue key of the heading and of the first paragraph, with what goes into them. */
  appealKey: string;
  appeal: Readonly<Record<string, string | number>>;
  code: string;
  scanned: string;
  typed: string;
  on: LocalDate;
  madeAt: Date;
  /** Lines of the scheme's own address. */
  from: readonly string[];
}

const ink = '#000000';
const left = 25 * mm;
const width = a4[0] - left - 20 * mm;
/** The window of a DL envelope shows 20 to 110 mm from the left and about 50 to 80 mm from the top of a folded sheet. */
const address = { y: 54 * mm, leading: 5 * mm, width: 80 * mm };
const body = { size: 12, colour: ink, leading: 16.2 };
const qrSide = 36 * mm;

/** "12 carers near you ask": a letter of one page to one business, folded twice for a window envelope. */
export async function letterPdf(
  letter: PrintedLetter,
  printing: Printing,
  options: { uncompressed?: boolean } = {},
): Promise<Buffer> {
  const { words, brand } = printing;
  const title = words.t('recruiting:letter.title', { scheme: brand.name, business: letter.business });
  const about = { size: a4, title, madeAt: letter.madeAt, uncompressed: options.uncompressed };
  return paper(about, printing, (doc, text) => {
    drawHead(doc, text, letter, printing);
    letter.to.forEach((line, index) =>
      text.fittedLine(line, left, address.y + index * address.leading, address.width, 9, { size: 11.5, colour: ink }),
    );
    const after = drawAppeal(text, letter, printing);
    drawJoin(doc, text, letter, after, printing);
    drawFolds(doc);
  });
}

function drawHead(doc: Doc, text: PdfText, { from, on }: PrintedLetter, { brand, words }: Printing): void {
  drawMark(doc, brand.mark, { x: left, y: 14 * mm, side: 13 * mm, ink });
  const name = { size: 19, weight: 700, colour: brand.colours.seaDeep } as const;
  text.fittedLine(brand.name, left + 17 * mm, 22.6 * mm, 90 * mm, 12, name);
  doc
    .fillColor(brand.colours.sun)
    .rect(left, 31 * mm, width, 1.2 * mm)
    .fill();
  const small = { size: 9.5, colour: ink };
  const x = 128 * mm;
  [...from, brand.phone, brand.email].forEach((line, index) =>
    text.fittedLine(line, x, 40 * mm + index * 4.4 * mm, a4[0] - x - 20 * mm, 7.5, small),
  );
  text.line(words.longDate(on), left, 93 * mm, body);
}

function drawAppeal(text: PdfText, letter: PrintedLetter, { brand, words }: Printing): number {
  const { appealKey, appeal, business } = letter;
  let y = text.paragraph(words.t('recruiting:letter.greeting', { business }), left, 103 * mm, width, body) + 6;
  const heading = { size: 18, weight: 700, colour: brand.colours.seaDeep, leading: 22 } as const;
  y = text.paragraph(words.t(`recruiting:letter.${appealKey}.heading`, appeal), left, y + 6, width, heading);
  y = text.paragraph(words.t(`recruiting:letter.${appealKey}.text`, appeal), left, y + 3, width, body) + 6;
  for (const paragraph of words.sentences('recruiting:letter.paragraphs', { scheme: brand.name, business }))
    y = text.paragraph(paragraph, left, y, width, body) + 6;
  return y;
}

function drawJoin(doc: Doc, text: PdfText, letter: PrintedLetter, from: number, { brand, words }: Printing): void {
  const { scanned, code, typed } = letter;
  const box = { x: left, y: from - 3, width, height: qrSide + 10 * mm };
  doc
    .fillColor(brand.colours.sand)
    .roundedRect(box.x, box.y, box.width, box.height, 3 * mm)
    .fill();
  drawQr(doc, scanned, { x: box.x + 5 * mm, y: box.y + 5 * mm, side: qrSide });
  const x = box.x + qrSide + 12 * mm;
  const column = box.x + box.width - x - 6 * mm;
  let y = box.y + 12 * mm;
  text.line(words.t('recruiting:letter.join'), x, y, { size: 14, weight: 700, colour: ink });
  y = text.paragraph(words.t('recruiting:letter.join-text', { address: typed }), x, y + 7 * mm, column, body);
  const said = words.t('recruiting:letter.code', { code: groupedCode(code) });
  text.line(said, x, y + 2 * mm, { size: 12.5, weight: 700, colour: ink });
  const after = box.y + box.height + 9 * mm;
  const { phone } = brand;
  y = text.paragraph(words.t('recruiting:letter.questions', { phone }), left, after, width, body) + 8;
  for (const line of [words.t('recruiting:letter.close'), words.t('recruiting:letter.sender', { scheme: brand.name })])
    y = text.paragraph(line, left, y, width, body);
}

/** Short strokes at the edge where the sheet is folded: thirds of 297 mm. */
function drawFolds(doc: Doc): void {
  doc.lineWidth(0.4).strokeColor('#7a7a7a');
  for (const y of [99 * mm, 198 * mm])
    doc
      .moveTo(3 * mm, y)
      .lineTo(8 * mm, y)
      .stroke();
}

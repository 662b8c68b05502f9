import { buffer } from 'node:stream/consumers';
import { PdfText } from './pdf-text.js';
import { qrModules } from '@carers/credentials';
import type { Brand, Words } from '@carers/pages';
import type PDFDocument from 'pdfkit';

export type Doc = typeof PDFDocument.prototype;

/** Points a millimetre. */
export const mm = 72 / 25.4;

/** Width and height in points. */
export const a4: readonly [number, number] = [210 * mm, 297 * mm];
export const a5: readonly [number, number] = [148 * mm, 210 * mm];

/** What a drawing needs beside its own facts. */
export interface Printing {
  brand: Brand;
  words: Words;
}

export interface PaperOptions {
  size: readonly [number, number];
  title: string;
  /** When it was made: the same facts then give the same bytes. */
  madeAt: Date;
  /** Leaves the drawing readable in the file, for tests. */
  uncompressed?: boolean;
}

/** A PDF of one page, in the face of the printed cards. */
export async function paper(
  options: PaperOptions,
  { brand, words }: Printing,
  draw: (doc: Doc, text: PdfText) => void,
): Promise<Buffer> {
  // Asked for here: it takes as long to load as a good part of the program, and few processes print.
  const { default: Document } = await import('pdfkit');
  const doc = new Document({
    size: [...options.size],
    margin: 0,
    lang: words.locale,
    displayTitle: true,
    compress: !options.uncompressed,
    info: { Title: options.title, Author: brand.name, CreationDate: options.madeAt, ModDate: options.madeAt },
  });
  const text = new PdfText(doc);
  const done = buffer(doc);
  draw(doc, text);
  doc.end();
  return done;
}

/** A QR code with its quiet zone in a white square. Pure black, which every printer makes without dots. */
export function drawQr(doc: Doc, scanned: string, box: { x: number; y: number; side: number }): void {
  const code = qrModules(scanned);
  const module = box.side / (code.size + 2 * code.quietZone);
  doc.fillColor('#ffffff').rect(box.x, box.y, box.side, box.side).fill();
  doc.fillColor('#000000');
  for (let row = 0; row < code.size; row++) {
    for (let column = 0; column < code.size; column++) {
      const start = column;
      while (column < code.size && code.isDark(row, column)) column++;
      if (column === start) continue;
      const left = box.x + (start + code.quietZone) * module;
      doc.rect(left, box.y + (row + code.quietZone) * module, (column - start) * module, module);
    }
  }
  doc.fill();
}

import { buffer } from 'node:stream/consumers';
import { drawMark, PdfText, type Setting } from '@carers/cards';
import type { Brand, Words } from '@carers/pages';
import type PDFDocument from 'pdfkit';

type Doc = typeof PDFDocument.prototype;
type Element = ReturnType<Doc['struct']>;

/** What every page of a document carries, and how the file is described. */
export interface SheetFacts {
  brand: Brand;
  words: Words;
  title: string;
  author: string;
  /** The file's id and dates follow from it: the same document is the same file. */
  at: Date;
  /** Small print at the foot of each page. */
  footer: string;
  /** Leaves the drawing readable in the file, for tests. */
  uncompressed?: boolean;
}

/** A column of a table; its width is a share of the line, numbers stand on the right. */
export interface SheetColumn {
  title: string;
  share: number;
  right?: boolean;
}

const mm = 72 / 25.4;
const page = { width: 210 * mm, height: 297 * mm, margin: 20 * mm };
const line = page.width - 2 * page.margin;
const foot = page.height - 24 * mm;
const ink = '#1b1b1b';
const quiet = '#505050';
const small: Setting = { size: 9, colour: quiet };
const normal: Setting = { size: 11, colour: ink };

/**
 * An A4 document drawn from top to bottom, with new pages as they are needed, and tagged (ISO 32000-1, 14.8) so that a
 * screen reader reads headings, tables and lists as such.
 */
export class Sheet {
  y = 0;
  private readonly text: PdfText;
  private readonly root: Element;
  private readonly done: Promise<Buffer>;
  private pages = 0;

  private constructor(
    private readonly doc: Doc,
    private readonly facts: SheetFacts,
  ) {
    this.text = new PdfText(doc);
    this.done = buffer(doc);
    this.root = doc.struct('Document');
    doc.addStructure(this.root);
    this.newPage();
  }

  static async begin(facts: SheetFacts): Promise<Sheet> {
    // Asked for here: it takes as long to load as a good part of the program, and few processes print.
    const { default: Document } = await import('pdfkit');
    const doc = new Document({
      size: [page.width, page.height],
      margin: 0,
      autoFirstPage: false,
      pdfVersion: '1.7',
      tagged: true,
      lang: facts.words.locale,
      displayTitle: true,
      compress: !facts.uncompressed,
      info: { Title: facts.title, Author: facts.author, CreationDate: facts.at, ModDate: facts.at },
    });
    return new Sheet(doc, facts);
  }

  /** The finished file. */
  async end(): Promise<Buffer> {
    this.root.end();
    this.doc.end();
    return this.done;
  }

  heading(text: string, level: 1 | 2 = 2): void {
    const size = level === 1 ? 24 : 13;
    this.gap(level === 1 ? 2 : 5);
    this.room(size + 20);
    this.tag(`H${level}`, () => {
      this.text.line(text, page.margin, this.y + size, { size, weight: 700, colour: ink });
    });
    this.y += size + (level === 1 ? 5 * mm : 2.5 * mm);
  }

  paragraph(text: string, setting: Partial<Setting> = {}): void {
    const set = { ...normal, ...setting };
    this.room(set.size * 2);
    this.tag('P', () => {
      this.y = this.text.paragraph(breakable(text), page.margin, this.y + set.size, line, set) - set.size + 1.5 * mm;
    });
  }

  /** Blocks of lines side by side; the first line of each is its name. */
  columns(blocks: readonly (readonly string[])[]): void {
    const width = line / blocks.length - 6 * mm;
    const top = this.y;
    let bottom = top;
    blocks.forEach((lines, at) => {
      let y = top + 11;
      this.tag('P', () => {
        lines.forEach((each, index) => {
          const setting: Setting = index === 0 ? { ...small, weight: 700 } : normal;
          y = this.text.paragraph(breakable(each), page.margin + at * (width + 6 * mm), y, width, setting);
          if (index === 0) y += 3;
        });
      });
      bottom = Math.max(bottom, y);
    });
    this.y = bottom - 4;
  }

  /** A table. Rows that do not fit go on to the next page. */
  table(columns: readonly SheetColumn[], rows: readonly (readonly string[])[]): void {
    const shares = columns.reduce((sum, { share }) => sum + share, 0);
    const widths = columns.map(({ share }) => (line * share) / shares);
    const lefts = widths.map((_, at) => page.margin + widths.slice(0, at).reduce((sum, each) => sum + each, 0));
    this.room(60);
    const table = this.doc.struct('Table');
    this.root.add(table);
    const draw = (cells: readonly string[], kind: 'TH' | 'TD') => {
      const setting: Setting = kind === 'TH' ? { ...small, weight: 700 } : normal;
      const height = Math.max(
        ...cells.map((cell, at) => this.text.broken(breakable(cell), widths[at]! - 3 * mm, setting).length),
      );
      this.room(height * setting.size * 1.35 + 4 * mm);
      const row = this.doc.struct('TR');
      table.add(row);
      cells.forEach((cell, at) => {
        row.add(
          this.doc.struct(kind, kind === 'TH' ? ({ scope: 'Column' } as object) : {}, [
            () => this.cell(cell, lefts[at]!, widths[at]!, columns[at]!.right === true, setting),
          ]),
        );
      });
      row.end();
      this.y += height * setting.size * 1.35 + 2.5 * mm;
      this.rule();
    };
    draw(
      columns.map(({ title }) => title),
      'TH',
    );
    for (const row of rows) draw(row, 'TD');
    table.end();
  }

  /** Names and sums at the right; the last is the one that counts. */
  totals(rows: readonly (readonly [string, string])[]): void {
    this.gap(2);
    this.room(rows.length * 18 + 10);
    rows.forEach(([name, sum], at) => {
      const setting: Setting = { ...normal, ...(at === rows.length - 1 ? { size: 13, weight: 700 } : {}) };
      this.y += setting.size * 1.5;
      this.tag('P', () => {
        const right = page.width - page.margin;
        const width = this.text.width(sum, setting);
        this.text.line(name, right - 34 * mm - this.text.width(name, setting), this.y, setting);
        this.text.line(sum, right - width, this.y, setting);
      });
    });
    this.y += 4 * mm;
  }

  /** A box with names and values, as the bank's details. */
  box(title: string, rows: readonly (readonly [string, string])[], after: readonly string[], link?: string): void {
    const afterLines = after.flatMap((each) => this.text.broken(breakable(each), line - 12 * mm, normal));
    const height = 14 * mm + rows.length * 6.5 * mm + afterLines.length * 5.6 * mm;
    this.gap(4);
    this.room(height + 4 * mm);
    const top = this.y;
    this.artifact(() => {
      this.doc.fillColor(this.facts.brand.colours.sand).rect(page.margin, top, line, height).fill();
    });
    const left = page.margin + 6 * mm;
    this.tag('H2', () => this.text.line(title, left, top + 9 * mm, { size: 13, weight: 700, colour: ink }));
    let y = top + 16.5 * mm;
    for (const [name, value] of rows) {
      this.tag('P', () => {
        this.text.line(name, left, y, normal);
        this.text.line(value, left + 45 * mm, y, { ...normal, weight: 700 });
      });
      y += 6.5 * mm;
    }
    this.tag('P', () => {
      for (const each of afterLines) {
        this.text.line(each, left, y, normal);
        if (link && each.includes(link)) {
          const start = left + this.text.width(each.slice(0, each.indexOf(link)), normal);
          this.doc.link(start, y - 11, this.text.width(link, normal), 14, link);
        }
        y += 5.6 * mm;
      }
    });
    this.y = top + height + 3 * mm;
  }

  gap(millimetres: number): void {
    this.y += millimetres * mm;
  }

  private cell(text: string, left: number, width: number, right: boolean, setting: Setting): void {
    let y = this.y + setting.size + 1 * mm;
    for (const each of this.text.broken(breakable(text), width - 3 * mm, setting)) {
      const x = right ? left + width - this.text.width(each, setting) : left;
      this.text.line(each, x, y, setting);
      y += setting.size * 1.35;
    }
  }

  private rule(): void {
    this.artifact(() => {
      this.doc.lineWidth(0.6).strokeColor('#b8b8b8');
      this.doc
        .moveTo(page.margin, this.y)
        .lineTo(page.width - page.margin, this.y)
        .stroke();
    });
  }

  /** Goes on to the next page where so many points do not fit on this one. */
  private room(points: number): void {
    if (this.y + points > foot) this.newPage();
  }

  private newPage(): void {
    const { doc, text } = this;
    const { brand, words, footer } = this.facts;
    doc.addPage();
    this.pages += 1;
    this.artifact(() => {
      doc
        .fillColor(brand.colours.seaDeep)
        .rect(0, 0, page.width, 20 * mm)
        .fill();
      drawMark(doc, brand.mark, { x: page.margin, y: 5 * mm, side: 10 * mm, ink: '#ffffff' });
      const setting: Setting = { size: 15, weight: 700, colour: '#ffffff' };
      text.fittedLine(brand.name, page.margin + 13 * mm, 12 * mm, line - 13 * mm, 9, setting);
      const number = words.t('payments:pdf.page', { page: this.pages });
      const right = page.width - page.margin - text.width(number, small);
      text.line(number, right, page.height - 11 * mm, small);
      text.paragraph(footer, page.margin, page.height - 16 * mm, line - 25 * mm, small);
    });
    this.y = 28 * mm;
  }

  /** Something that is read aloud, at its place in the document. */
  private tag(type: string, draw: () => void): void {
    this.root.add(this.doc.struct(type, [draw]));
  }

  /** Something that is not. */
  private artifact(draw: () => void): void {
    this.doc.markContent('Artifact');
    draw();
    this.doc.endMarkedContent();
  }
}

/** The same text with room to break inside words that no line could hold. */
function breakable(text: string): string {
  return text.replace(/\S{60}(?=\S)/g, '$& ');
}

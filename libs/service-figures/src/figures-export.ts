import { Readable } from 'node:stream';
import { type Actor, Audit } from '@carers/audit';
import type { Words } from '@carers/pages';
import { Injectable } from '@nestjs/common';
import { stringify } from 'csv-stringify';
import { FiguresBoard } from './figures-board.js';
import type { Table } from './figures.presenter.js';
import type { Reader } from './figures-query.js';

const columns = ['as-of', 'month', 'figure', 'part', 'number', 'definition'] as const;
type Line = Record<(typeof columns)[number], string | number>;

const growth = ['signed_up', 'came_back', 'left', 'length'];
const messages = ['sent', 'bounced', 'not_sent', 'withdrew', 'cost'];

/** The figures of the page as a file, a number a line. */
@Injectable()
export class FiguresExport {
  constructor(
    private readonly board: FiguresBoard,
    private readonly audit: Audit,
  ) {}

  /**
   * CSV (UTF-8 with BOM, CRLF) of what the page shows to this reader: numbers that are hidden there are hidden here. Cells that
   * a spreadsheet would run as a formula are disarmed. That somebody fetched it is written down.
   */
  async csv(reader: Reader, actor: Actor, words: Words): Promise<Readable> {
    const subject = { kind: 'carers-service', id: reader.scope?.join(' ') ?? 'all' };
    await this.audit.note({ action: 'service-figures.exported', subject, actor, details: { asOf: reader.asOf } });
    const read = await this.board.read(reader);
    const lines = [
      ...this.lines(read.growth.table, growth, reader, words),
      ...read.parts.flatMap((part) =>
        this.lines(
          part,
          part.columns.map(() => part.figure),
          reader,
          words,
          part.columns,
        ),
      ),
      ...read.health.map((cell) =>
        this.line(
          '',
          cell.figure,
          words.keyOrText('channelKey' in cell ? cell.channelKey : ''),
          cell.number,
          reader,
          words,
        ),
      ),
      ...this.lines(read.messages.table, messages, reader, words),
    ];
    const file = stringify({
      bom: true,
      header: true,
      record_delimiter: 'windows',
      escape_formulas: true,
      columns: columns.map((key) => ({ key, header: words.t(`service-figures:export.columns.${key}`) })),
    });
    return Readable.from(lines).pipe(file);
  }

  private lines(
    table: Table,
    figures: readonly string[],
    reader: Reader,
    words: Words,
    parts: readonly string[] = [],
  ): Line[] {
    return table.months.flatMap(({ month, cells }) =>
      cells.map(({ number }, at) =>
        this.line(month, figures[at]!, parts[at] ? words.keyOrText(parts[at]) : '', number, reader, words),
      ),
    );
  }

  private line(
    month: string,
    figure: string,
    part: string,
    number: number | null,
    { asOf, smallest }: Reader,
    words: Words,
  ): Line {
    const none = figure === 'cost' ? '' : words.t('service-figures:few', { smallest: smallest ?? 0 });
    return {
      'as-of': asOf,
      month: month.slice(0, 7),
      figure: words.t(`service-figures:figures.${figure}`),
      part,
      number: number ?? none,
      definition: words.t(`service-figures:definitions.${figure}`),
    };
  }
}

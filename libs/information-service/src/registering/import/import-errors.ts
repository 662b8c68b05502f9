import { Readable } from 'node:stream';
import { type Actor, Audit } from '@carers/audit';
import type { Words } from '@carers/pages';
import { Injectable } from '@nestjs/common';
import { stringify } from 'csv-stringify';
import { Imports } from './imports.js';
import type { SubscriberImport } from './subscriber-import.entity.js';

const states = ['bad', 'repeated', 'doubtful', 'skipped'] as const;

/** Rows that stay out as a file with the same columns, and beside each what to do about it. */
@Injectable()
export class ImportErrors {
  constructor(
    private readonly imports: Imports,
    private readonly audit: Audit,
  ) {}

  /** CSV (UTF-8 with BOM, CRLF), streamed; cells that a spreadsheet would run as a formula are disarmed. */
  async csv(list: SubscriberImport, words: Words, actor: Actor): Promise<Readable> {
    await this.audit.note({
      action: 'subscriber-import.errors-read',
      subject: { kind: 'subscriber-import', id: list.id },
      actor,
    });
    const headings = ['line', 'why'].map((name) => words.t(`information-service:import.error-file.${name}`));
    const file = stringify({ bom: true, record_delimiter: 'windows', escape_formulas: true });
    const rows = Readable.from(this.rows(list, words, [...headings, ...list.headings]));
    rows.on('error', (error) => file.destroy(error));
    file.on('close', () => rows.destroy());
    return rows.pipe(file);
  }

  private async *rows(list: SubscriberImport, words: Words, headings: string[]): AsyncGenerator<string[]> {
    yield headings;
    for (const state of states) {
      for (let after = 0; ;) {
        const rows = await this.imports.rows(list.id, state, after, 500);
        for (const { line, cells, problems } of rows) {
          const why = problems.map(({ message, params }) => words.keyOrText(message, params)).join('. ');
          const standing = words.t(`information-service:import.count.${state}`);
          yield [
            String(line),
            why || standing,
            ...(JSON.parse(cells ?? '[]') as string[]).map((cell) => cell.replaceAll('\0', '')),
          ];
        }
        if (rows.length < 500) break;
        after = rows.at(-1)!.line;
      }
    }
  }
}

import { Readable } from 'node:stream';
import { Database } from '@carers/database';
import type { Words } from '@carers/pages';
import { Injectable } from '@nestjs/common';
import { stringify } from 'csv-stringify';
import { MoreThan } from 'typeorm';
import { PrintLetter } from '../sending.entities.js';
import type { PrintedPerson } from './print-doors.js';

const keys = ['number', 'firstSide', 'pages', 'sheets', 'code', 'format', 'district'] as const;

/** The list that goes with a print run's file: which sheets are whose letter, without names. */
@Injectable()
export class PrintManifest {
  constructor(private readonly database: Database) {}

  /** CSV (UTF-8 with BOM, CRLF), one line a letter in the order of the file. */
  csv(runId: string, words: Words): Readable {
    const file = stringify({
      bom: true,
      header: true,
      record_delimiter: 'windows',
      escape_formulas: true,
      columns: keys.map((key) => ({ key, header: words.t(`bulletins:sending.manifest.${key}`) })),
    });
    const rows = Readable.from(this.rows(runId));
    rows.on('error', (error) => file.destroy(error));
    return rows.pipe(file);
  }

  private async *rows(runId: string): AsyncGenerator<Record<(typeof keys)[number], string>> {
    for (let last = 0; ;) {
      const letters = await this.database.reader.find(PrintLetter, {
        where: { runId, number: MoreThan(last) },
        order: { number: 'ASC' },
        take: 500,
      });
      if (letters.length === 0) return;
      for (const { number, firstSide, pages, person } of letters) {
        const { code, format, addressLines } = JSON.parse(person) as PrintedPerson;
        yield {
          number: String(number),
          firstSide: String(firstSide ?? ''),
          pages: String(pages ?? ''),
          sheets: pages === null ? '' : String(Math.ceil(pages / 2)),
          code,
          format,
          // Enough to sort by. Code and whole postcode together would open the person's preferences.
          district: addressLines.at(-1)?.split(' ')[0] ?? '',
        };
      }
      last = letters.at(-1)!.number;
    }
  }
}

import { LetterPrinter } from '@carers/composer';
import { Database } from '@carers/database';
import { addDays, Clock, dateInLondon } from '@carers/kernel';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { MoreThan } from 'typeorm';
import { BulletinContents } from '../../writing/bulletin-contents.js';
import { PrintLetter, PrintRun } from '../sending.entities.js';
import { instantOf } from '../quiet-hours.js';
import { PrintFiles, type WrittenFile } from './print-file.js';
import type { PrintedPerson } from './print-gathering.js';

/** Letters read, and whose pages are written down, at a time. */
const chunk = 500;

/** Prints a gathered run into one file, as it streams: memory stays the same for thirty letters or thirty thousand. */
@Injectable()
export class Printing {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly schemes: SchemeService,
    private readonly contents: BulletinContents,
    private readonly files: PrintFiles,
  ) {}

  /**
   * Makes the file. A run that had one before gets the same bytes again, or is marked as failed: a file that differs
   * from the one that was posted must not be taken for it.
   */
  async print(run: PrintRun): Promise<void> {
    const { out, written } = await this.files.writer(run.id);
    const sides = await this.letters(run, out);
    const file = written();
    if (run.sha256 !== null && run.sha256 !== file.sha256) {
      await this.files.remove(run.id);
      await this.save(run.id, { error: 'differs' });
      return;
    }
    const { printFileDays } = (await this.schemes.policyOn()).bulletins;
    const fileUntil = instantOf(addDays(this.clock.today(), printFileDays), '03:00');
    await this.cost(run);
    await this.save(run.id, {
      ...(run.state === 'printing' || run.state === 'failed' ? { state: 'ready' as const } : {}),
      ...(file satisfies WrittenFile),
      sides,
      fileUntil,
      error: null,
    });
  }

  private async letters(run: PrintRun, out: NodeJS.WritableStream): Promise<number> {
    const bulletin = await this.contents.frozen(run.bulletinId);
    const printer = await LetterPrinter.open(out as never, {
      title: bulletin.title,
      author: bulletin.content.service.name,
      at: run.printedAsOf,
    });
    const date = dateInLondon(run.printedAsOf);
    for (let last = 0; ;) {
      const letters = await this.database.reader.find(PrintLetter, {
        where: { runId: run.id, number: MoreThan(last) },
        order: { number: 'ASC' },
        take: chunk,
      });
      if (letters.length === 0) break;
      const set: { number: number; pages: number; first: number }[] = [];
      for (const letter of letters) {
        const person = JSON.parse(letter.person) as PrintedPerson;
        const { composed, locale } = bulletin.copyFor(person);
        const frame = bulletin.letterFrame(locale, { date, window: 'dl' });
        const { pages, firstPage } = await printer.letter(composed, { ...person, letterCode: person.code }, frame);
        set.push({ number: letter.number, pages, first: firstPage });
      }
      await this.database.query(
        `UPDATE print_letter l SET pages = o.pages, first_side = o.first
           FROM jsonb_to_recordset($2::jsonb) AS o (number int, pages int, first int)
          WHERE l.run_id = $1 AND l.number = o.number`,
        [run.id, JSON.stringify(set)],
      );
      last = letters.at(-1)!.number;
    }
    return (await printer.end()).pages;
  }

  /** Pages and price stand with each copy, at the prices of the day on which it was printed. */
  private async cost(run: PrintRun): Promise<void> {
    const { prices } = (await this.schemes.policyOn(dateInLondon(run.printedAsOf))).bulletins;
    await this.database.transaction(async (tx) => {
      await tx.query('SET LOCAL statement_timeout = 0');
      await tx.query(
        `UPDATE delivery d SET units = l.pages, cost_pence = $2::numeric + $3::numeric * ((l.pages + 1) / 2 - 1)
           FROM print_letter l WHERE l.run_id = $1 AND d.id = l.delivery_id AND d.cost_pence IS NULL`,
        [run.id, prices.letterFirstSheet, prices.letterFurtherSheet],
      );
    });
  }

  private async save(id: string, change: Partial<PrintRun>): Promise<void> {
    await this.database.transaction((tx) => tx.update(PrintRun, { id }, change));
  }
}

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
import type { PrintedPerson } from './print-doors.js';

/** Letters read, and whose pages are written down, at a time: so few are gone again before they count as old. */
const chunk = 100;

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
   * from the one that was posted must not be taken for it. Where people of a run that was handed over have been erased,
   * the file is made without them and marked so; the hash of what was posted stays.
   * @returns false when somebody was erased meanwhile: nothing is kept of the file, and it is to be made again
   */
  async print(run: PrintRun): Promise<boolean> {
    const { out, written } = await this.files.writer(run.id);
    const { sides, letters } = await this.letters(run, out);
    const file = written();
    const lacksSome = run.sha256 !== null && letters < run.letters;
    if (run.sha256 !== null && run.sha256 !== file.sha256 && !lacksSome) {
      await this.files.remove(run.id);
      await this.save(run.id, letters, { error: 'differs' });
      return true;
    }
    const { printFileDays } = (await this.schemes.policyOn()).bulletins;
    const fileUntil = instantOf(addDays(this.clock.today(), printFileDays), '03:00');
    await this.cost(run);
    const saved = await this.save(run.id, letters, {
      ...(run.state === 'printing' || run.state === 'failed' ? { state: 'ready' as const } : {}),
      ...(file satisfies WrittenFile),
      ...(lacksSome && { sha256: run.sha256 }),
      sides,
      fileUntil,
      error: lacksSome ? 'erased' : null,
    });
    if (!saved) await this.files.remove(run.id);
    return saved;
  }

  private async letters(run: PrintRun, out: NodeJS.WritableStream): Promise<{ sides: number; letters: number }> {
    const bulletin = await this.contents.frozen(run.bulletinId);
    const printer = await LetterPrinter.open(out as never, {
      title: bulletin.title,
      author: bulletin.content.service.name,
      at: run.printedAsOf,
    });
    const date = dateInLondon(run.printedAsOf);
    let count = 0;
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
      count += letters.length;
    }
    return { sides: (await printer.end()).pages, letters: count };
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

  /** Not where fewer letters are left than were printed. Erasing locks the run too. */
  private async save(id: string, printed: number, change: Partial<PrintRun>): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      await tx.findOneOrFail(PrintRun, { where: { id }, select: { id: true }, lock: { mode: 'pessimistic_write' } });
      if ((await tx.countBy(PrintLetter, { runId: id })) !== printed) return false;
      await tx.update(PrintRun, { id }, change);
      return true;
    });
  }
}

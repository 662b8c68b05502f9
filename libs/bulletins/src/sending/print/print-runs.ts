import { Audit } from '@carers/audit';
import { Database, type Tx } from '@carers/database';
import { Jobs } from '@carers/jobs';
import { Clock, Ids } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { lockedBulletin, readBulletin } from '../bulletin-row.js';
import type { Officer } from '../officer.js';
import { PrintRun } from '../sending.entities.js';
import { printLetters } from '../sending.jobs.js';
import { PrintFileNotThere, PrintFileOutdated } from '../sending.problems.js';
import { writeTooLate } from './late-stops.js';
import { PrintCheck } from './print-check.js';

/** Thirty thousand letters take seconds to ask for: pages know of them for so many milliseconds. */
const keptFor = 60_000;

/** Print runs as officers see them. */
@Injectable()
export class PrintRuns {
  /** What was found last, of the file with this hash. */
  private known: { sha256: string | null; at: number; letters: number } | null = null;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly jobs: Jobs,
    private readonly audit: Audit,
    private readonly check: PrintCheck,
  ) {}

  async of(bulletinId: string): Promise<PrintRun | null> {
    return this.database.reader.findOneBy(PrintRun, { bulletinId });
  }

  /** How many letters of a run may not be posted as they are. None once the print house has them. */
  async outdated(run: PrintRun): Promise<number> {
    if (run.state !== 'ready') return 0;
    const at = this.clock.now().getTime();
    const bulletin = await readBulletin(this.database, run.bulletinId);
    const { held, changed } = await this.check.of(this.database.reader, run.id, bulletin);
    const letters = held.length + changed.length;
    this.known = { sha256: run.sha256, at, letters };
    return letters;
  }

  /** The same for a page that is looked at again and again: as it was a minute ago. Files always ask anew. */
  async outdatedLately(run: PrintRun): Promise<number> {
    const { known } = this;
    const fresh = known?.sha256 === run.sha256 && this.clock.now().getTime() - known!.at < keptFor;
    return run.state === 'ready' && fresh ? known!.letters : this.outdated(run);
  }

  /** A run whose letters may all be posted, or were. @throws PrintFileNotThere, PrintFileOutdated */
  async usable(bulletinId: string): Promise<PrintRun> {
    const run = await this.of(bulletinId);
    if (!run) throw new PrintFileNotThere();
    if ((await this.outdated(run)) > 0) throw new PrintFileOutdated();
    return run;
  }

  /** A run whose file is there; opening it is written down. @throws PrintFileNotThere, PrintFileOutdated */
  async opened(bulletinId: string, officer: Officer): Promise<PrintRun> {
    const run = await this.usable(bulletinId);
    if (!run.fileUntil || run.fileUntil <= this.clock.now()) throw new PrintFileNotThere();
    await this.audit.note({
      action: 'print-run.opened',
      subject: { kind: 'bulletin', id: bulletinId },
      actor: officer.actor,
      details: { sha256: run.sha256 },
    });
    return run;
  }

  /** Asks for the run to go on, or for its file to be made again. */
  async ask(tx: Tx, bulletinId: string): Promise<void> {
    const run = await tx.findOneBy(PrintRun, { bulletinId });
    if (run) await this.jobs.enqueue(tx, printLetters, { runId: run.id }, { once: this.ids.next() });
  }

  /** An officer wants the file once more. */
  async askAgain(bulletinId: string, { actor }: Officer): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.ask(tx, bulletinId);
      await this.audit.record(tx, {
        action: 'print-run.asked-again',
        subject: { kind: 'bulletin', id: bulletinId },
        actor,
      });
    });
  }

  /**
   * The print house has it: from now on its letters count as on their way. What ought not to have gone since the file was
   * printed can no longer be stopped, and is written down. Again changes nothing.
   */
  async handedOver(bulletinId: string, officer: Officer): Promise<void> {
    await this.database.transaction(async (tx) => {
      const bulletin = await lockedBulletin(tx, bulletinId, 'SHARE');
      await tx.query('SET LOCAL statement_timeout = 0');
      // Copies first, then the run: so do whoever erases a person, and whoever makes the file again.
      await tx.query(`SELECT 1 FROM delivery WHERE bulletin_id = $1 AND state = 'to_print' ORDER BY id FOR UPDATE`, [
        bulletinId,
      ]);
      const run = await tx.findOne(PrintRun, { where: { bulletinId }, lock: { mode: 'pessimistic_write' } });
      if (run?.state !== 'ready') return;
      const now = this.clock.now();
      await tx.update(PrintRun, { id: run.id }, { state: 'sent', sentAt: now, sentBy: officer.accountId });
      const outdated = await this.check.of(tx, run.id, bulletin);
      await tx.query(
        `UPDATE delivery SET state = 'printed', sent_at = $2 WHERE bulletin_id = $1 AND state = 'to_print'`,
        [bulletinId, now],
      );
      await writeTooLate(tx, outdated);
      await this.audit.record(tx, {
        action: 'print-run.handed-over',
        subject: { kind: 'bulletin', id: bulletinId },
        actor: officer.actor,
        details: { letters: run.letters, sha256: run.sha256 },
      });
    });
  }
}

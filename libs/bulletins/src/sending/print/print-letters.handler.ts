import { Database } from '@carers/database';
import { HandlesJob, type JobHandler } from '@carers/jobs';
import { Injectable } from '@nestjs/common';
import { readBulletin } from '../bulletin-row.js';
import { PrintRun } from '../sending.entities.js';
import { printLetters } from '../sending.jobs.js';
import { SendingEnds } from '../sending-ends.js';
import { PrintGathering } from './print-gathering.js';
import { PrintRefresh } from './print-refresh.js';
import { Printing } from './printing.js';

/** First half of the advisory locks of print runs: "prnt" in ASCII. */
export const printLock = 0x70726e74;

/** Gathers the letters of a run and prints them; also makes a run's file again. One process at a time does one run. */
@Injectable()
@HandlesJob(printLetters)
export class PrintLettersHandler implements JobHandler<{ runId: string }> {
  constructor(
    private readonly database: Database,
    private readonly gathering: PrintGathering,
    private readonly refreshing: PrintRefresh,
    private readonly printing: Printing,
    private readonly ends: SendingEnds,
  ) {}

  async handle({ runId }: { runId: string }): Promise<void> {
    // The lock ends with the connection, so with the process: a crash leaves nothing to clear away.
    const client = await this.database.pool.connect();
    try {
      const { rows } = await client.query<{ mine: boolean }>('SELECT pg_try_advisory_lock($1, hashtext($2)) AS mine', [
        printLock,
        runId,
      ]);
      if (!rows[0]!.mine) return;
      const run = await this.read(runId);
      if (!run) return;
      // A run that is made again is printed whatever became of its bulletin; one that was never made, not after a cancel.
      const { state } = await readBulletin(this.database, run.bulletinId);
      if (run.sha256 === null && state === 'cancelled') return;
      if (run.state === 'gathering' && !(await this.gathering.gather(run))) return;
      if (run.state === 'ready' && state !== 'cancelled') await this.refreshing.refresh(run);
      while (!(await this.printing.print((await this.read(runId))!)));
      await this.ends.endIfDone(run.bulletinId);
    } finally {
      client.release(true);
    }
  }

  private async read(id: string): Promise<PrintRun | null> {
    return this.database.reader.findOneBy(PrintRun, { id });
  }
}

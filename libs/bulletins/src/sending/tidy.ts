import { Database } from '@carers/database';
import { HandlesJob, type JobHandler, Jobs } from '@carers/jobs';
import { Clock } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { Cron, CronExpression, Interval } from '@nestjs/schedule';
import { Batches, holdCancelled } from './engine/batches.js';
import { Senders } from './engine/senders.js';
import { PrintFiles } from './print/print-file.js';
import { printLock } from './print/print-letters.handler.js';
import { PrintRuns } from './print/print-runs.js';
import { tidyDeliveries } from './sending.jobs.js';
import { SendingEnds } from './sending-ends.js';
import { Starts } from './starts.js';

/** How long after it was due, or somebody began with it, a waiting batch is taken for forgotten, in seconds. */
const forgottenAfter = 30;

/** How often each worker looks for workers that are gone, in milliseconds. */
const looks = 5_000;

/** Once a minute: nothing that a crash left lying stays there, even when no other worker was there to see it. */
@Injectable()
@HandlesJob(tidyDeliveries)
export class TidyDeliveries implements JobHandler<Record<string, never>> {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly jobs: Jobs,
    private readonly senders: Senders,
    private readonly batches: Batches,
    private readonly ends: SendingEnds,
    private readonly files: PrintFiles,
    private readonly prints: PrintRuns,
    private readonly starts: Starts,
  ) {}

  @Cron(CronExpression.EVERY_MINUTE)
  async ask(): Promise<void> {
    const minute = this.clock.now().toISOString().slice(0, 16);
    await this.jobs.enqueueAlone(tidyDeliveries, {}, { once: minute });
  }

  /** What a dead worker had claimed goes on within seconds, also where no other batch is left that would begin. */
  @Interval(looks)
  async putBack(): Promise<void> {
    // While the database is away: the next look finds it.
    await this.senders.sweep().catch(() => undefined);
  }

  async handle(): Promise<void> {
    const now = this.clock.now();
    const forgotten = await this.database.query<{ id: string; bulletinId: string }>(
      `SELECT batch.id, batch.bulletin_id AS "bulletinId"
         FROM delivery_batch batch JOIN bulletin ON bulletin.id = batch.bulletin_id AND bulletin.state = 'sending'
        WHERE batch.state = 'waiting' AND batch.due_at < $1
          -- One that waits behind many others is in the queue still. One that a worker began with is taken at once, or
          -- the worker has died: the queue itself would only notice when the job's hour is over.
          AND NOT EXISTS (SELECT 1 FROM queue.job WHERE data ->> 'batchId' = batch.id::text
                             AND (state IN ('created', 'retry')
                               OR state = 'active' AND started_on > now() - interval '${forgottenAfter} seconds'))
        ORDER BY batch.due_at, batch.id LIMIT 1000`,
      [new Date(now.getTime() - forgottenAfter * 1000)],
    );
    for (const { id, bulletinId } of forgotten)
      await this.database.transaction((tx) => this.batches.ask(tx, bulletinId, id));
    await this.goOnPrinting();
    await this.startLate(now);
    await this.holdLeftOvers();
    const sending = await this.database.query<{ id: string }>(`SELECT id FROM bulletin WHERE state = 'sending'`);
    for (const { id } of sending) await this.ends.endIfDone(id);
    await this.forgetFiles(now);
  }

  /** Copies of a cancelled bulletin that a worker had claimed when it died. */
  private async holdLeftOvers(): Promise<void> {
    const left = await this.database.query<{ id: string }>(
      `SELECT DISTINCT bulletin.id FROM bulletin JOIN delivery_batch batch ON batch.bulletin_id = bulletin.id
        WHERE bulletin.state = 'cancelled' AND batch.state = 'waiting'`,
    );
    for (const { id } of left) await this.database.transaction((tx) => holdCancelled(tx, id));
  }

  /** Bulletins whose job came when this machine's clock said that it was not time yet, or was lost. */
  private async startLate(now: Date): Promise<void> {
    const late = await this.database.query<{ id: string; turn: number }>(
      `SELECT bulletin.id, sending.turn FROM bulletin JOIN bulletin_sending sending ON sending.bulletin_id = bulletin.id
        WHERE bulletin.state = 'scheduled' AND sending.starts_at <= $1`,
      [now],
    );
    for (const { id, turn } of late) await this.starts.start(id, turn);
  }

  /** Print runs whose process has ended in the middle. */
  private async goOnPrinting(): Promise<void> {
    const left = await this.database.query<{ bulletinId: string }>(
      `SELECT run.bulletin_id AS "bulletinId" FROM print_run run
         JOIN bulletin ON bulletin.id = run.bulletin_id AND (bulletin.state = 'sending' OR bulletin.state = 'sent')
        WHERE run.state IN ('gathering', 'printing')
          AND NOT EXISTS (SELECT 1 FROM pg_locks l WHERE l.locktype = 'advisory' AND l.objsubid = 2 AND l.classid = ${printLock}
                             AND l.objid::int8 = (hashtext(run.id::text)::int8 & 4294967295))
          AND NOT EXISTS (SELECT 1 FROM queue.job WHERE state IN ('created', 'retry') AND data ->> 'runId' = run.id::text)`,
    );
    for (const { bulletinId } of left) await this.database.transaction((tx) => this.prints.ask(tx, bulletinId));
  }

  /** A print run's file goes when its time is over; what it was made of stays, and it can be made again. */
  private async forgetFiles(now: Date): Promise<void> {
    const over = await this.database.query<{ id: string }>(
      'SELECT id FROM print_run WHERE file_until <= $1 ORDER BY id LIMIT 100',
      [now],
    );
    for (const { id } of over) {
      await this.files.remove(id);
      await this.database.query('UPDATE print_run SET file_until = NULL WHERE id = $1', [id]);
    }
  }
}

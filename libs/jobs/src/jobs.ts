import { createHash } from 'node:crypto';
import { Database, type Tx } from '@carers/database';
import { Injectable } from '@nestjs/common';
import type { JobName } from './job-name.js';
import { Queue } from './queue.js';

export interface EnqueueOptions {
  /** Two requests with the same job and key are one job, for as long as the queue remembers it (7 days after it ended). */
  once?: string;
  /** Not before this instant. */
  startAfter?: Date;
}

/** A job that was tried as often as its rules allow and did not succeed. */
export interface FailedJob {
  id: string;
  queue: string;
  failedAt: Date;
  tries: number;
  error: string;
}

/** Asks for work to be done later. The queue is the outbox: a job commits, or not, with the change that caused it. */
@Injectable()
export class Jobs {
  constructor(
    private readonly queue: Queue,
    private readonly database: Database,
  ) {}

  async enqueue<Data extends object>(
    tx: Tx,
    job: JobName<Data>,
    data: Data,
    options: EnqueueOptions = {},
  ): Promise<void> {
    await this.queue.boss.send(job.queue, data, {
      ...(options.once === undefined ? {} : { id: idFrom(job.queue, options.once) }),
      ...(options.startAfter === undefined ? {} : { startAfter: options.startAfter }),
      db: runningIn(tx),
    });
  }

  /** The same from outside a transaction: for schedules, which change nothing themselves. */
  async enqueueAlone<Data extends object>(job: JobName<Data>, data: Data, options: EnqueueOptions = {}): Promise<void> {
    await this.database.transaction((tx) => this.enqueue(tx, job, data, options));
  }

  /** Jobs that gave up, newest first: staff look at these. */
  async failed(limit = 50): Promise<FailedJob[]> {
    return this.database.query<FailedJob>(
      `SELECT id, name AS queue, completed_on AS "failedAt", retry_count + 1 AS tries,
              coalesce(output ->> 'message', output #>> '{}', '') AS error
         FROM queue.job WHERE state = 'failed' ORDER BY completed_on DESC LIMIT $1`,
      [limit],
    );
  }

  /** Puts a job that gave up back in the queue. */
  async retry(queue: string, id: string): Promise<void> {
    await this.queue.boss.retry(queue, id);
  }
}

/** Lets the queue write through the transaction at hand. */
function runningIn(tx: Tx) {
  return {
    async executeSql(text: string, values?: unknown[]) {
      // The structured result has the rows even of UPDATE and DELETE … RETURNING.
      const result = await tx.queryRunner!.query(text, values, true);
      return { rows: (result.records ?? []) as unknown[] };
    },
  };
}

/** A UUID (version 8, RFC 9562) that is the same for the same job and key. */
function idFrom(queue: string, key: string): string {
  const hash = createHash('sha256').update(`${queue}\0${key}`).digest();
  hash[6] = 0x80 | ((hash[6] ?? 0) & 0x0f);
  hash[8] = 0x80 | ((hash[8] ?? 0) & 0x3f);
  const hex = hash.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}

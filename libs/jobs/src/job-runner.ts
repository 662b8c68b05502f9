import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { JobResult } from 'pg-boss';
import { DueQueues } from './due-queues.js';
import { HandlerOf, type JobHandler } from './handles-job.js';
import { type JobName, knownJobs } from './job-name.js';
import { Queue } from './queue.js';

/** How soon a job that is due begins, in milliseconds. */
const looks = 500;

type AnyHandler = JobHandler<object>;

/** Finds the handlers in this process and gives them their jobs. */
@Injectable()
export class JobRunner implements BeforeApplicationShutdown {
  private readonly logger = new Logger('jobs');

  constructor(
    private readonly queue: Queue,
    private readonly discovery: DiscoveryService,
    private readonly due: DueQueues,
  ) {}

  /** Begins to work. Refuses while a job name has no handler, or two. */
  async start(): Promise<void> {
    const orphans = this.orphans();
    if (orphans.length > 0) throw new Error(`No handler for the jobs ${orphans.join(', ')}.`);
    const workers = new Map<string, string>();
    for (const [job, handler] of this.handlers()) {
      const worker = await this.queue.boss.work<object>(
        job.queue,
        {
          // It is told when there is something to do; it looks for itself in case nobody could tell.
          pollingIntervalSeconds: 15,
          batchSize: job.rules.together ?? 20,
          burstWhenBatchFull: true,
          perJobResults: true,
        },
        // One after the other, and each with a result of its own: one that fails must not make the others run again.
        async (batch) => {
          const results: JobResult[] = [];
          for (const { id, data } of batch) {
            try {
              await this.run(job, handler, id, data);
              results.push({ id, status: 'completed' });
            } catch (error) {
              results.push({ id, status: 'failed', output: { message: String(error) } });
            }
          }
          return results;
        },
      );
      workers.set(job.queue, worker);
    }
    this.due.watch([...workers.keys()], looks, (queue) => this.queue.boss.notifyWorker(workers.get(queue)!));
  }

  beforeApplicationShutdown(): void {
    this.due.end();
  }

  /**
   * Does every job that is due now, and those that these cause, until none is left; gives how many were done.
   * For commands and tests, where nobody waits for a worker. An error of a handler is thrown.
   */
  async drain(): Promise<number> {
    const handlers = this.handlers();
    let done = 0;
    for (let before = -1; before !== done;) {
      before = done;
      for (const [job, handler] of handlers) {
        for (;;) {
          const [next] = await this.queue.boss.fetch<object>(job.queue, { batchSize: 1 });
          if (!next) break;
          try {
            await this.run(job, handler, next.id, next.data);
          } catch (error) {
            await this.queue.boss.fail(job.queue, next.id, { message: String(error) });
            throw error;
          }
          await this.queue.boss.complete(job.queue, next.id);
          done++;
        }
      }
    }
    return done;
  }

  private async run(job: JobName<never>, handler: AnyHandler, id: string, data: object): Promise<void> {
    try {
      await handler.handle(data, { id });
    } catch (error) {
      this.logger.error(
        `${job.queue} ${id}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
      throw error;
    }
  }

  /** Names of jobs that nothing in this process does. */
  orphans(): string[] {
    const handlers = this.handlers();
    return knownJobs().flatMap((job) => (handlers.has(job) ? [] : [job.queue]));
  }

  private handlers(): Map<JobName<never>, AnyHandler> {
    const found = new Map<JobName<never>, AnyHandler>();
    for (const wrapper of this.discovery.getProviders({ metadataKey: HandlerOf.KEY })) {
      const job = this.discovery.getMetadataByDecorator(HandlerOf, wrapper);
      if (!job) continue;
      if (found.has(job)) throw new Error(`The job ${job.queue} has two handlers.`);
      found.set(job, wrapper.instance as AnyHandler);
    }
    return found;
  }
}

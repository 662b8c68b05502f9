import { HandlesJob, type JobHandler, JobName, Jobs } from '@carers/jobs';
import { Clock } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { Misuse } from './misuse.js';

const searchForMisuse = new JobName<{ slot: string }>('misuse.search', { expiresAfter: 900, retries: 1 });
const slotMinutes = 10;

/** Asks every ten minutes; any number of workers ask once for each slot. */
@Injectable()
export class MisuseSchedule {
  constructor(
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  @Cron(`0 */${slotMinutes} * * * *`)
  async ask(): Promise<void> {
    const length = slotMinutes * 60_000;
    const slot = new Date(Math.round(this.clock.now().getTime() / length) * length).toISOString();
    await this.jobs.enqueueAlone(searchForMisuse, { slot }, { once: slot });
  }
}

/** Searches. Twice at the same time is once: the search goes on where the last one ended. */
@Injectable()
@HandlesJob(searchForMisuse)
export class SearchForMisuse implements JobHandler<{ slot: string }> {
  constructor(private readonly misuse: Misuse) {}

  async handle(): Promise<void> {
    await this.misuse.search();
  }
}

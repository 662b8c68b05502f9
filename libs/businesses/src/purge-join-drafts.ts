import { HandlesJob, type JobHandler, JobName, Jobs } from '@carers/jobs';
import { Clock } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { JoinDrafts } from './join-drafts.js';

const purgeJoinDrafts = new JobName<{ day: string }>('businesses.purge-join-drafts');

/** Asks every night that registrations which nobody finished are removed; any number of workers ask once. */
@Injectable()
export class PurgeJoinDraftsSchedule {
  constructor(
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  @Cron('0 20 3 * * *', { timeZone: 'Europe/London' })
  async ask(): Promise<void> {
    const day = this.clock.today();
    await this.jobs.enqueueAlone(purgeJoinDrafts, { day }, { once: day });
  }
}

/** Removes registrations that nobody went on with for thirty days: they name people. */
@Injectable()
@HandlesJob(purgeJoinDrafts)
export class PurgeJoinDrafts implements JobHandler<{ day: string }> {
  constructor(private readonly drafts: JoinDrafts) {}

  async handle(): Promise<void> {
    await this.drafts.purge();
  }
}

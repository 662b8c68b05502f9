import { HandlesJob, type JobHandler, JobName, Jobs } from '@carers/jobs';
import { Clock } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { Leaving } from './leaving.js';

export const eraseLeft = new JobName<{ day: string }>('cards.erase-left', { expiresAfter: 3600, retries: 3 });

/** Asks every night; any number of workers ask once. */
@Injectable()
export class EraseLeftSchedule {
  constructor(
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  @Cron('0 35 2 * * *', { timeZone: 'Europe/London' })
  async ask(): Promise<void> {
    const day = this.clock.today();
    await this.jobs.enqueueAlone(eraseLeft, { day }, { once: day });
  }
}

/** Erases who left and whose days are over. */
@Injectable()
@HandlesJob(eraseLeft)
export class EraseLeft implements JobHandler<{ day: string }> {
  constructor(private readonly leaving: Leaving) {}

  async handle(): Promise<void> {
    await this.leaving.eraseDue();
  }
}

import { HandlesJob, type JobHandler, JobName, Jobs } from '@carers/jobs';
import { Clock } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { Cron, CronExpression } from '@nestjs/schedule';
import { BulletinCounting } from './bulletin-counting.js';
import { DayClosing } from './day-closing.js';

const sumFigures = new JobName<Record<string, never>>('service-figures.sum', { expiresAfter: 3_600, retries: 2 });

/** Asks every five minutes, whatever number of workers. */
@Injectable()
export class SumSchedule {
  constructor(
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  @Cron(CronExpression.EVERY_5_MINUTES)
  async ask(): Promise<void> {
    await this.jobs.enqueueAlone(sumFigures, {}, { once: this.clock.now().toISOString().slice(0, 16) });
  }
}

/** Sums up days that are over and bulletins that have come to rest. */
@Injectable()
@HandlesJob(sumFigures)
export class SumFigures implements JobHandler<Record<string, never>> {
  constructor(
    private readonly days: DayClosing,
    private readonly bulletins: BulletinCounting,
  ) {}

  async handle(): Promise<void> {
    await this.bulletins.count();
    await this.days.close();
  }
}

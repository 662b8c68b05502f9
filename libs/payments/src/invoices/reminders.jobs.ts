import { HandlesJob, type JobHandler, JobName, Jobs } from '@carers/jobs';
import { Clock } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { Reminders } from './reminders.js';

const remindPayers = new JobName<{ day: string }>('payments.remind-payers', { expiresAfter: 1800 });

/** Asks every morning, early enough that a mail is there when people begin to work; any number of workers ask once. */
@Injectable()
export class RemindersSchedule {
  constructor(
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  @Cron('0 10 6 * * *', { timeZone: 'Europe/London' })
  async ask(): Promise<void> {
    const day = this.clock.today();
    await this.jobs.enqueueAlone(remindPayers, { day }, { once: day });
  }
}

/** Reminds payers, and finds what is overdue. */
@Injectable()
@HandlesJob(remindPayers)
export class RemindPayers implements JobHandler<{ day: string }> {
  constructor(private readonly reminders: Reminders) {}

  async handle(): Promise<void> {
    await this.reminders.night({ kind: 'system', id: remindPayers.queue });
  }
}

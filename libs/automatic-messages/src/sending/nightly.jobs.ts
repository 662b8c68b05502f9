import { HandlesJob, type JobHandler, JobName, Jobs } from '@carers/jobs';
import { Clock } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { RenewalReminders } from './renewal-reminders.js';
import { WelcomeSeries } from './welcome-series.js';

export const sendDue = new JobName<{ day: string }>('automatic-messages.send-due', { retries: 5, expiresAfter: 1800 });

/** Asks every morning, at a time when a text message wakes nobody; any number of workers ask once a day. */
@Injectable()
export class AutomaticMessagesSchedule {
  constructor(
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  @Cron('0 15 9 * * *', { timeZone: 'Europe/London' })
  async ask(): Promise<void> {
    const day = this.clock.today();
    await this.jobs.enqueueAlone(sendDue, { day }, { once: day });
  }
}

/** Queues what is due today. Running twice queues nothing more. */
@Injectable()
@HandlesJob(sendDue)
export class SendDue implements JobHandler<{ day: string }> {
  constructor(
    private readonly welcome: WelcomeSeries,
    private readonly renewals: RenewalReminders,
  ) {}

  async handle(): Promise<void> {
    await this.welcome.night();
    await this.renewals.night();
  }
}

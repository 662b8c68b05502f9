import { HandlesJob, type JobHandler, JobName, Jobs } from '@carers/jobs';
import { Clock } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { DeliveryRetention } from './delivery-retention.js';
import { sendWebhooks } from './job-names.js';
import { WebhookDispatcher } from './webhook-dispatcher.js';

const forgetWebhooks = new JobName<{ day: string }>('webhooks.forget', { expiresAfter: 900, retries: 3 });

/** Looks every minute for what is due again, and for what a worker that died left behind. */
@Injectable()
export class WebhookSchedule {
  constructor(
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  @Cron('15 * * * * *')
  async sweep(): Promise<void> {
    const slot = this.clock.now().toISOString().slice(0, 16);
    await this.jobs.enqueueAlone(sendWebhooks, { because: 'sweep' }, { once: slot });
  }

  @Cron('0 40 3 * * *', { timeZone: 'Europe/London' })
  async forget(): Promise<void> {
    const day = this.clock.today();
    await this.jobs.enqueueAlone(forgetWebhooks, { day }, { once: day });
  }
}

/** Sends all that is due. Twice at the same time is no more than once: each delivery is claimed first. */
@Injectable()
@HandlesJob(sendWebhooks)
export class SendWebhooks implements JobHandler<{ because: string }> {
  constructor(private readonly dispatcher: WebhookDispatcher) {}

  async handle(): Promise<void> {
    await this.dispatcher.run();
  }
}

/** Forgets answers after a week, events and deliveries after a month. */
@Injectable()
@HandlesJob(forgetWebhooks)
export class ForgetWebhooks implements JobHandler<{ day: string }> {
  constructor(private readonly retention: DeliveryRetention) {}

  async handle(): Promise<void> {
    await this.retention.forgetAnswers();
    await this.retention.forget();
  }
}

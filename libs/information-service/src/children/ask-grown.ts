import { Cardholder } from '@carers/cards';
import { Database } from '@carers/database';
import { HandlesJob, type JobHandler, JobName, Jobs } from '@carers/jobs';
import { Clock } from '@carers/kernel';
import { Messages } from '@carers/messages';
import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { IsNull } from 'typeorm';
import { Subscriber } from '../subscriber.entity.js';
import { Subscription } from '../subscription.entity.js';
import { addressOf } from '../welcome.js';
import { ConsentDecider } from './consent-decider.entity.js';
import { Ages } from './young-rules.js';

export const askGrown = new JobName<{ day: string }>('information-service.ask-grown', {
  expiresAfter: 900,
  retries: 3,
});

/** Asks every night; any number of workers ask once. */
@Injectable()
export class AskGrownSchedule {
  constructor(
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  @Cron('0 10 7 * * *', { timeZone: 'Europe/London' })
  async ask(): Promise<void> {
    const day = this.clock.today();
    await this.jobs.enqueueAlone(askGrown, { day }, { once: day });
  }
}

/**
 * Who has become old enough to decide is asked once, by a channel that the adult allowed. Until they answer, what was
 * agreed for them goes on and nothing is added. Few people are decided for, so their sealed days are opened one by one.
 */
@Injectable()
@HandlesJob(askGrown)
export class AskGrown implements JobHandler<{ day: string }> {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ages: Ages,
    private readonly messages: Messages,
  ) {}

  async handle(): Promise<void> {
    const deciders = await this.database.reader.findBy(ConsentDecider, { childAskedAt: IsNull() });
    for (const id of new Set(deciders.map(({ subscriberId }) => subscriberId))) await this.ask(id);
  }

  private async ask(id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const subscriber = await tx.findOne(Subscriber, { where: { id }, lock: { mode: 'pessimistic_write' } });
      const waiting = { subscriberId: id, childAskedAt: IsNull() };
      if (!subscriber || subscriber.leftAt || !(await tx.existsBy(ConsentDecider, waiting))) return;
      const cardholder = await tx.findOneByOrFail(Cardholder, { id: subscriber.cardholderId });
      if (cardholder.birthDate === null || (await this.ages.rulesFor(cardholder.birthDate)).adultDecides) return;
      await tx.update(ConsentDecider, waiting, { childAskedAt: this.clock.now() });
      const allowed = await tx.findBy(Subscription, { subscriberId: id, purpose: 'carers_information', active: true });
      const channel = allowed.map((row) => row.channel).find((each) => addressOf(cardholder, each) !== null);
      if (!channel) return;
      await this.messages.queue(tx, {
        to: {
          channel,
          address: addressOf(cardholder, channel)!,
          name: `${cardholder.firstName} ${cardholder.lastName}`,
          locale: subscriber.locale,
        },
        template: 'information-service/ask-grown',
        params: { subscriberId: id },
        about: { kind: 'subscriber', id },
      });
    });
  }
}

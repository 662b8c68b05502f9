import { Database } from '@carers/database';
import { HandlesJob, type JobHandler } from '@carers/jobs';
import { Clock } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { StripeEvent } from './stripe-event.entity.js';
import { dealWithStripeEvent } from './stripe-events.js';

/** Marks an event as dealt with. The scheme charges no fees yet, so no event has anything more to change. */
@Injectable()
@HandlesJob(dealWithStripeEvent)
export class StripeEventHandler implements JobHandler<{ eventId: string }> {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async handle({ eventId }: { eventId: string }): Promise<void> {
    await this.database.transaction((tx) =>
      tx.update(StripeEvent, { id: eventId, dealtWithAt: IsNull() }, { dealtWithAt: this.clock.now() }),
    );
  }
}

import { Database } from '@carers/database';
import { Jobs } from '@carers/jobs';
import { Clock } from '@carers/kernel';
import { Injectable, Logger } from '@nestjs/common';
import { LessThan } from 'typeorm';
import { CheckoutSessions } from './checkout-sessions.js';
import { collectDirectDebit } from './collect-direct-debit.js';
import { Settlement } from './settlement.js';
import { StripeCheckout } from './stripe-checkout.entity.js';
import { isMissing, StripeClient } from './stripe-client.js';
import { StripeCollection } from './stripe-collection.entity.js';
import { StripePayment } from './stripe-payment.entity.js';
import { refundByStripe } from './stripe-refunds.js';
import { StripeRefund } from './stripe-refund.entity.js';

/** Most of each kind that one sweep looks at; the rest waits for the next. */
const most = 200;
const minute = 60_000;

/**
 * Looks at what was begun and has no end: whoever asked Stripe was killed before the answer came, or a webhook never
 * came. Stripe says how it stands.
 */
@Injectable()
export class StripeSweep {
  private readonly logger = new Logger('payments');

  constructor(
    private readonly stripe: StripeClient,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly jobs: Jobs,
    private readonly sessions: CheckoutSessions,
    private readonly settlement: Settlement,
  ) {}

  async sweep(): Promise<void> {
    if (!this.stripe.isSetUp) return;
    const checkouts = await this.database.reader
      .createQueryBuilder(StripeCheckout, 'checkout')
      .where('checkout.ended_at IS NULL AND coalesce(checkout.looked_at, checkout.created_at) < :before', {
        before: this.ago(2),
      })
      .orderBy('coalesce(checkout.looked_at, checkout.created_at)')
      .take(most)
      .getMany();
    for (const checkout of checkouts) await this.try(checkout.id, () => this.sessions.lookAt(checkout));
    const processing = await this.database.reader.find(StripePayment, {
      where: { state: 'processing', lookedAt: LessThan(this.ago(6 * 60)) },
      order: { lookedAt: 'ASC' },
      take: most,
    });
    for (const { id } of processing) await this.try(id, () => this.settlement.settle(id));
    await this.askAgain();
  }

  /** Refunds and Direct Debits whose jobs gave up are asked for again, once an hour. */
  private async askAgain(): Promise<void> {
    const hour = this.clock.now().toISOString().slice(0, 13);
    const refunds = await this.database.reader.find(StripeRefund, {
      where: { state: 'asked', askedAt: LessThan(this.ago(60)) },
      take: most,
    });
    for (const { id } of refunds)
      await this.jobs.enqueueAlone(refundByStripe, { refundId: id }, { once: `${id}:${hour}` });
    const debits = await this.database.reader.find(StripeCollection, { where: { state: 'asked' }, take: most });
    for (const { id } of debits)
      await this.jobs.enqueueAlone(collectDirectDebit, { collectionId: id }, { once: `${id}:${hour}` });
  }

  /** One that cannot be looked at must not keep the others from it. */
  private async try(id: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (isMissing(error)) this.logger.error(`Stripe knows nothing of ${id}.`);
      else
        this.logger.warn(
          `${id} could not be looked at: ${error instanceof Error ? error.constructor.name : 'no reason'}`,
        );
    }
  }

  private ago(minutes: number): Date {
    return new Date(this.clock.now().getTime() - minutes * minute);
  }
}

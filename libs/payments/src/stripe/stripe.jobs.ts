import { Database } from '@carers/database';
import { HandlesJob, type JobHandler, JobName, Jobs } from '@carers/jobs';
import { Clock } from '@carers/kernel';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { CheckoutSessions } from './checkout-sessions.js';
import { DirectDebits } from './direct-debits.js';
import { Reconciliation } from './reconciliation.js';
import { StripeCheckout } from './stripe-checkout.entity.js';
import { StripeClient } from './stripe-client.js';
import { closeCheckout, lookAtCheckout } from './stripe-job-names.js';
import { StripeSweep } from './stripe-sweep.js';

const sweepStripe = new JobName<{ slot: string }>('payments.sweep-stripe', { expiresAfter: 1800, retries: 1 });
const directDebits = new JobName<{ day: string }>('payments.direct-debits', { expiresAfter: 3600 });
const reconcileStripe = new JobName<{ day: string }>('payments.reconcile-stripe', { expiresAfter: 3600 });
const slotMinutes = 15;

/** Asks for what is done by the clock; any number of workers ask once. Without a key there is nothing to ask for. */
@Injectable()
export class StripeSchedule implements OnApplicationBootstrap {
  constructor(
    private readonly jobs: Jobs,
    private readonly clock: Clock,
    private readonly stripe: StripeClient,
  ) {}

  /** A process that died may have left something unfinished: looked at when one starts. */
  async onApplicationBootstrap(): Promise<void> {
    await this.sweep();
  }

  @Cron(`30 */${slotMinutes} * * * *`)
  async sweep(): Promise<void> {
    if (!this.stripe.isSetUp) return;
    const length = slotMinutes * 60_000;
    const slot = new Date(Math.floor(this.clock.now().getTime() / length) * length).toISOString();
    await this.jobs.enqueueAlone(sweepStripe, { slot }, { once: slot });
  }

  @Cron('0 45 3 * * *', { timeZone: 'Europe/London' })
  async reconcile(): Promise<void> {
    const day = this.clock.today();
    if (this.stripe.isSetUp) await this.jobs.enqueueAlone(reconcileStripe, { day }, { once: day });
  }

  /** In the morning, so that the notice is not a mail at night. */
  @Cron('0 30 8 * * *', { timeZone: 'Europe/London' })
  async debit(): Promise<void> {
    const day = this.clock.today();
    if (this.stripe.isSetUp) await this.jobs.enqueueAlone(directDebits, { day }, { once: day });
  }
}

/** Sweeps. Twice at the same time is harmless: all it does is look. */
@Injectable()
@HandlesJob(sweepStripe)
export class SweepStripe implements JobHandler<{ slot: string }> {
  constructor(private readonly stripeSweep: StripeSweep) {}

  async handle(): Promise<void> {
    await this.stripeSweep.sweep();
  }
}

/** Tells payers of Direct Debits to come, and asks for those of today. */
@Injectable()
@HandlesJob(directDebits)
export class RunDirectDebits implements JobHandler<{ day: string }> {
  constructor(private readonly debits: DirectDebits) {}

  async handle(): Promise<void> {
    await this.debits.collectDue();
    await this.debits.giveNotice();
  }
}

/** Holds our ledger against Stripe's books. */
@Injectable()
@HandlesJob(reconcileStripe)
export class ReconcileStripe implements JobHandler<{ day: string }> {
  constructor(private readonly reconciliation: Reconciliation) {}

  async handle(): Promise<void> {
    await this.reconciliation.reconcile();
  }
}

@Injectable()
@HandlesJob(closeCheckout)
export class CloseCheckout implements JobHandler<{ checkoutId: string }> {
  constructor(
    private readonly sessions: CheckoutSessions,
    private readonly database: Database,
  ) {}

  async handle({ checkoutId }: { checkoutId: string }): Promise<void> {
    const checkout = await this.database.reader.findOneBy(StripeCheckout, { id: checkoutId });
    if (checkout && !checkout.endedAt) await this.sessions.close(checkout);
  }
}

@Injectable()
@HandlesJob(lookAtCheckout)
export class LookAtCheckout implements JobHandler<{ checkoutId: string }> {
  constructor(
    private readonly sessions: CheckoutSessions,
    private readonly database: Database,
  ) {}

  async handle({ checkoutId }: { checkoutId: string }): Promise<void> {
    const checkout = await this.database.reader.findOneBy(StripeCheckout, { id: checkoutId });
    if (checkout && !checkout.endedAt) await this.sessions.lookAt(checkout);
  }
}

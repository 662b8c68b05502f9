import type { Actor } from '@carers/audit';
import { Database, type Tx } from '@carers/database';
import { Jobs } from '@carers/jobs';
import { Injectable } from '@nestjs/common';
import { In, IsNull } from 'typeorm';
import type { Invoice } from '../invoices/invoice.entity.js';
import type { PayButton, PaymentMethod } from '../payment-methods.js';
import { DirectDebits } from './direct-debits.js';
import { OnItsWay } from './on-its-way.js';
import { StripeCheckout } from './stripe-checkout.entity.js';
import { StripeClient } from './stripe-client.js';
import { StripeRefunds } from './stripe-refunds.js';
import { closeCheckout } from './stripe-job-names.js';

/** Paying by card or Direct Debit at Stripe, as one of the ways to pay. */
@Injectable()
export class StripePaymentMethod implements PaymentMethod {
  readonly key = 'stripe';

  constructor(
    private readonly stripe: StripeClient,
    private readonly database: Database,
    private readonly jobs: Jobs,
    private readonly refunds: StripeRefunds,
    private readonly waiting: OnItsWay,
    private readonly directDebits: DirectDebits,
  ) {}

  buttons({ id, businessId }: Invoice): PayButton[] {
    if (!this.stripe.isSetUp) return [];
    return [{ action: `/business/${businessId}/payments/${id}/checkout`, labelKey: 'payments:stripe.pay' }];
  }

  async onItsWay({ id }: Invoice): Promise<boolean> {
    return this.waiting.of(this.database.reader, id);
  }

  async refundable(tx: Tx, invoice: Invoice): Promise<number> {
    return this.stripe.isSetUp ? this.refunds.refundable(tx, invoice) : 0;
  }

  async refund(tx: Tx, asked: { invoice: Invoice; pence: number; reason: string }, actor: Actor): Promise<void> {
    const { invoice, pence, reason } = asked;
    await this.refunds.ask(tx, { invoiceId: invoice.id, pence, reason }, actor);
  }

  /** Nothing is to be paid any more: Stripe's page is closed, and no Direct Debit goes out. */
  async settled(tx: Tx, invoiceId: string): Promise<void> {
    await this.directDebits.stop(tx, invoiceId);
    for (const { id } of await tx.findBy(StripeCheckout, {
      invoiceId,
      endedAt: IsNull(),
      state: In(['asked', 'open']),
    }))
      await this.jobs.enqueue(tx, closeCheckout, { checkoutId: id });
  }
}

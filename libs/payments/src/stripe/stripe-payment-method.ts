import type { Actor } from '@carers/audit';
import { Database, type Tx } from '@carers/database';
import { Jobs } from '@carers/jobs';
import { Injectable } from '@nestjs/common';
import { In, IsNull, MoreThan } from 'typeorm';
import type { Invoice } from '../invoices/invoice.entity.js';
import type { AskedBack, PayButton, PaymentMethod } from '../payment-methods.js';
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

  async onItsWayBack(tx: Tx, { id }: Invoice): Promise<number> {
    return this.refunds.onItsWay(tx, id);
  }

  async refund(tx: Tx, { invoice, ...asked }: AskedBack, actor: Actor): Promise<boolean> {
    return this.refunds.ask(tx, { invoiceId: invoice.id, ...asked }, actor);
  }

  /** A page of Stripe's over more than is owed is closed; where nothing is, no Direct Debit goes out either. */
  async owesLess(tx: Tx, { id: invoiceId, owedPence }: Invoice): Promise<void> {
    if (owedPence === 0) await this.directDebits.stop(tx, invoiceId);
    for (const { id } of await tx.findBy(StripeCheckout, {
      invoiceId,
      endedAt: IsNull(),
      state: In(['asked', 'open']),
      pence: MoreThan(owedPence),
    }))
      await this.jobs.enqueue(tx, closeCheckout, { checkoutId: id });
  }
}

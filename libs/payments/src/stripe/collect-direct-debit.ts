import { Database, type Tx } from '@carers/database';
import { HandlesJob, type JobHandler, JobName } from '@carers/jobs';
import { Clock } from '@carers/kernel';
import { SchemeService } from '@carers/places';
import { Injectable, Logger } from '@nestjs/common';
import type { Stripe } from 'stripe';
import { Invoice } from '../invoices/invoice.entity.js';
import { lockedInvoice } from '../invoices/locked-invoice.js';
import { Ledger } from '../ledger/ledger.js';
import { Settlement, stripeActor } from './settlement.js';
import { isRefusal, StripeClient } from './stripe-client.js';
import { StripeCollection } from './stripe-collection.entity.js';
import { StripeMail } from './stripe-mail.js';
import { StripeMandate } from './stripe-mandate.entity.js';

/** Asks Stripe for one Direct Debit. */
export const collectDirectDebit = new JobName<{ collectionId: string }>('payments.collect-direct-debit', {
  retries: 8,
});

/** Debits a bank account under the mandate that its owner gave, once, however often the job runs. */
@Injectable()
@HandlesJob(collectDirectDebit)
export class CollectDirectDebit implements JobHandler<{ collectionId: string }> {
  private readonly logger = new Logger('payments');

  constructor(
    private readonly stripe: StripeClient,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly schemes: SchemeService,
    private readonly settlement: Settlement,
    private readonly ledger: Ledger,
    private readonly mail: StripeMail,
  ) {}

  async handle({ collectionId }: { collectionId: string }): Promise<void> {
    const collection = await this.database.reader.findOneBy(StripeCollection, { id: collectionId });
    if (collection?.state !== 'asked') return;
    try {
      const intentId = await this.collect(collection);
      await this.database.transaction((tx) =>
        tx.update(StripeCollection, { id: collectionId }, { paymentIntentId: intentId }),
      );
      await this.settlement.settle(intentId);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.logger.error(`Stripe refuses Direct Debit ${collectionId}: ${error.code ?? error.type}`);
      await this.database.transaction((tx) => this.refused(tx, collection));
    }
  }

  /** @returns Stripe's id of the payment */
  private async collect({ id, invoiceId, pence, paymentMethodId }: StripeCollection): Promise<string> {
    const api = await this.stripe.api();
    const { customerId } = await this.database.reader.findOneByOrFail(StripeMandate, { paymentMethodId });
    // Stripe forgets our key after a day, and this may be tried again later than that.
    const before = await this.askedBefore(api, customerId, id);
    if (before) return before;
    const invoice = await this.database.reader.findOneByOrFail(Invoice, { id: invoiceId });
    const scheme = (await this.schemes.current()).slug;
    const asked: Stripe.PaymentIntentCreateParams = {
      amount: pence,
      currency: 'gbp',
      customer: customerId,
      payment_method: paymentMethodId,
      allowed_payment_method_types: ['bacs_debit'],
      confirm: true,
      off_session: true,
      description: invoice.number,
      metadata: { scheme, invoice: invoiceId, business: invoice.businessId, collection: id },
    };
    return (await api.paymentIntents.create(asked, { idempotencyKey: `collection:${id}` })).id;
  }

  private async askedBefore(api: Stripe, customer: string, id: string): Promise<string | null> {
    const { data } = await api.paymentIntents.list({ customer, limit: 100 });
    return data.find(({ metadata }) => metadata['collection'] === id)?.id ?? null;
  }

  /** Stripe would not ask the bank: the mandate has ended, or the bank is not known any more. */
  private async refused(tx: Tx, { id, invoiceId }: StripeCollection): Promise<void> {
    const { invoice } = await lockedInvoice(tx, invoiceId);
    const collection = await tx.findOneByOrFail(StripeCollection, { id });
    if (collection.endedAt) return;
    collection.become('failed', this.clock.now());
    await tx.save(collection);
    await this.ledger.announce(tx, 'failed', invoice, stripeActor);
    await this.mail.failed(tx, invoice, collection.pence);
  }
}

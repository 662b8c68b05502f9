import type { Actor } from '@carers/audit';
import { Database, type Tx } from '@carers/database';
import { Clock, isUuid } from '@carers/kernel';
import { SchemeService } from '@carers/places';
import { Injectable, Logger } from '@nestjs/common';
import type { Stripe } from 'stripe';
import { Invoice } from '../invoices/invoice.entity.js';
import { lockedInvoice } from '../invoices/locked-invoice.js';
import { LedgerTransaction } from '../ledger/ledger-transaction.entity.js';
import { Ledger } from '../ledger/ledger.js';
import { idOf } from './ids-of.js';
import { Mandates, type MandateSeen } from './mandates.js';
import { RefundFailures } from './refund-failures.js';
import { StripeClient } from './stripe-client.js';
import { type Fact, factsOf, methodOf, type PaymentSeen, stateOf } from './stripe-facts.js';
import { StripeMail } from './stripe-mail.js';
import { StripePayment } from './stripe-payment.entity.js';
import { StripeProgress } from './stripe-progress.js';

/** In whose name Stripe's facts are written down. */
export const stripeActor: Actor = { kind: 'system', id: 'stripe' };

/**
 * Brings our records to the state of a payment at Stripe. Never told what happened, only to look: so it does not matter
 * which event caused it, how often, in which order, or in how many processes at once.
 */
@Injectable()
export class Settlement {
  private readonly logger = new Logger(Settlement.name);

  constructor(
    private readonly stripe: StripeClient,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly schemes: SchemeService,
    private readonly ledger: Ledger,
    private readonly refundFailures: RefundFailures,
    private readonly mandates: Mandates,
    private readonly mail: StripeMail,
    private readonly progress: StripeProgress,
  ) {}

  /** Looks at a payment and writes down what is new. One that is not for an invoice of this scheme changes nothing. */
  async settle(paymentIntentId: string): Promise<void> {
    const at = this.clock.now();
    const seen = await this.see(paymentIntentId);
    const invoiceId = await this.invoiceOf(seen.intent);
    if (!invoiceId) return;
    const mandate = await this.mandates.behind(seen.intent, seen.charge);
    await this.database.transaction((tx) => this.apply(tx, invoiceId, seen, mandate, at));
  }

  private async see(id: string): Promise<PaymentSeen> {
    const api = await this.stripe.api();
    const intent = await api.paymentIntents.retrieve(id, { expand: ['latest_charge.balance_transaction'] });
    const charge = typeof intent.latest_charge === 'object' ? intent.latest_charge : null;
    if (intent.status !== 'succeeded') return { intent, charge, refunds: [], disputes: [] };
    const refunds = await api.refunds.list({ payment_intent: id, limit: 100 });
    const disputes = charge?.disputed ? (await api.disputes.list({ payment_intent: id, limit: 100 })).data : [];
    return { intent, charge, refunds: refunds.data, disputes };
  }

  /** The invoice that a payment is for: as we noted when we saw it first, or by what we wrote on it ourselves. */
  private async invoiceOf({ id, metadata, currency }: Stripe.PaymentIntent): Promise<string | null> {
    // What is written on it can be changed at Stripe; what was paid for does not change with it.
    const known = await this.database.reader.findOneBy(StripePayment, { id });
    if (known) return known.invoiceId;
    const { scheme, invoice } = metadata;
    if (!invoice || !isUuid(invoice) || currency !== 'gbp') return null;
    if (scheme !== (await this.schemes.current()).slug) return null;
    return (await this.database.reader.existsBy(Invoice, { id: invoice })) ? invoice : null;
  }

  private async apply(
    tx: Tx,
    invoiceId: string,
    seen: PaymentSeen,
    mandate: MandateSeen | null,
    at: Date,
  ): Promise<void> {
    // The lock of the invoice is the lock of all that is written here.
    const { invoice } = await lockedInvoice(tx, invoiceId);
    const { intent, charge } = seen;
    const payment = (await tx.findOneBy(StripePayment, { id: intent.id })) ?? newPayment(tx, invoiceId, intent, at);
    const newer = at >= payment.lookedAt;
    if (newer) {
      payment.state = payment.state === 'succeeded' ? 'succeeded' : stateOf(intent);
      payment.method = methodOf(charge) ?? payment.method;
      payment.chargeId = charge?.id ?? payment.chargeId;
      payment.refundedPence = givenBack(seen);
      payment.disputed = seen.disputes.some(({ status }) => status !== 'won' && status !== 'warning_closed');
      payment.lookedAt = at;
    }
    const failed = newer && (await this.failedNow(payment, charge));
    if (failed) payment.failedChargeId = charge!.id;
    await tx.save(payment);
    for (const fact of factsOf(seen)) await this.write(tx, invoice, payment, fact);
    if (mandate) await this.mandates.keep(tx, invoice.businessId, mandate);
    await this.progress.follow(tx, payment, at);
    if (!failed) return;
    await this.ledger.announce(tx, 'failed', invoice, stripeActor);
    await this.mail.failed(tx, invoice, payment.pence);
  }

  /**
   * Whether a bank has sent a debit back of which the payer was not told yet. A card that is declined is told of on
   * Stripe's own page, where the payer can try another.
   */
  private async failedNow(payment: StripePayment, charge: Stripe.Charge | null): Promise<boolean> {
    if (payment.state !== 'failed' || charge?.status !== 'failed') return false;
    return methodOf(charge) === 'stripe_bacs' && payment.failedChargeId !== charge.id;
  }

  private async write(tx: Tx, known: Invoice, payment: StripePayment, fact: Fact): Promise<void> {
    if (await tx.existsBy(LedgerTransaction, { once: fact.once })) return;
    const { kind, pence, reference, once, on } = fact;
    const told = { invoiceId: known.id, pence, reference, once, method: payment.method ?? 'stripe_card' };
    // As the facts before have left it.
    const invoice = await tx.findOneByOrFail(Invoice, { id: known.id });
    if ((kind === 'refunded' || kind === 'disputed') && pence > invoice.refundablePence) {
      // Money that went back twice: it shows as a difference, for people to look at.
      this.logger.warn(`${reference} takes back more than there is.`);
      return;
    }
    switch (kind) {
      case 'received':
        return void (await this.ledger.received(tx, { ...told, receivedOn: on }, stripeActor));
      case 'refunded': {
        const reason = await this.progress.reasonOf(tx, fact.ours);
        return void (await this.ledger.refunded(tx, { ...told, refundedOn: on, reason }, stripeActor));
      }
      case 'refund_failed':
        return this.refundFailures.write(tx, { invoiceId: known.id, refundId: reference, once });
      case 'disputed':
        await this.ledger.disputed(tx, { ...told, happenedOn: on }, stripeActor);
        return this.mail.disputed(tx, invoice, pence, reference);
      case 'dispute_won':
        return void (await this.ifDisputed(tx, fact, () =>
          this.ledger.disputeWon(tx, { ...told, happenedOn: on }, stripeActor),
        ));
      case 'dispute_lost':
        return void (await this.ifDisputed(tx, fact, () =>
          this.ledger.disputeLost(tx, { ...told, happenedOn: on }, stripeActor),
        ));
    }
  }

  /** The end of a dispute whose beginning could not be written down changes nothing either. */
  private async ifDisputed(tx: Tx, { reference }: Fact, work: () => Promise<unknown>): Promise<void> {
    if (await tx.existsBy(LedgerTransaction, { once: `stripe:${reference}` })) await work();
  }
}

function newPayment(tx: Tx, invoiceId: string, intent: Stripe.PaymentIntent, at: Date): StripePayment {
  return tx.create(StripePayment, {
    id: intent.id,
    invoiceId,
    pence: intent.amount,
    method: null,
    state: 'waiting',
    chargeId: idOf(intent.latest_charge),
    failedChargeId: null,
    refundedPence: 0,
    disputed: false,
    createdAt: new Date(intent.created * 1000),
    lookedAt: at,
  });
}

function givenBack({ refunds }: PaymentSeen): number {
  return refunds
    .filter(({ status }) => status === 'pending' || status === 'succeeded')
    .reduce((sum, { amount }) => sum + amount, 0);
}

import type { Actor } from '@carers/audit';
import { Database, type Tx } from '@carers/database';
import { HandlesJob, type JobHandler, JobName, Jobs } from '@carers/jobs';
import { Clock, Ids } from '@carers/kernel';
import { SchemeService } from '@carers/places';
import { Injectable, Logger } from '@nestjs/common';
import { In } from 'typeorm';
import type { Invoice } from '../invoices/invoice.entity.js';
import { lockedInvoice } from '../invoices/locked-invoice.js';
import { LedgerTransaction } from '../ledger/ledger-transaction.entity.js';
import { RefundTooLarge } from '../payments.problems.js';
import { Settlement } from './settlement.js';
import { isRefusal, StripeClient } from './stripe-client.js';
import { StripeMail } from './stripe-mail.js';
import { StripePayment } from './stripe-payment.entity.js';
import { StripeRefund } from './stripe-refund.entity.js';

/** Asks Stripe for one refund. */
export const refundByStripe = new JobName<{ refundId: string }>('payments.refund-by-stripe', { retries: 8 });

/** Refunds by the way on which the money came. */
@Injectable()
export class StripeRefunds {
  constructor(
    private readonly jobs: Jobs,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** Most pence of an invoice that can go back by Stripe now: not what is disputed, nor what is on its way back. */
  async refundable(tx: Tx, invoice: Invoice): Promise<number> {
    const left = await this.left(tx, invoice.id);
    const sum = left.reduce((total, { pence }) => total + pence, 0);
    return Math.max(0, Math.min(sum, invoice.refundablePence - (await this.onItsWay(tx, invoice.id))));
  }

  /** Pence that were asked for and are not in the ledger yet. */
  async onItsWay(tx: Tx, invoiceId: string): Promise<number> {
    return (await this.asked(tx, invoiceId)).reduce((total, { pence }) => total + pence, 0);
  }

  /** Asks for a refund, of the newest payments first; false where that was asked for before. @throws RefundTooLarge */
  async ask(
    tx: Tx,
    { invoiceId, pence, reason, once }: { invoiceId: string; pence: number; reason: string; once: string },
    actor: Actor,
  ): Promise<boolean> {
    const { invoice } = await lockedInvoice(tx, invoiceId);
    // Looked up under the lock: whoever sent the same form first has committed by now.
    if (await tx.existsBy(StripeRefund, { once })) return false;
    if (pence > (await this.refundable(tx, invoice))) throw new RefundTooLarge();
    let missing = pence;
    for (const payment of await this.left(tx, invoiceId)) {
      const part = Math.min(missing, payment.pence);
      if (part === 0) continue;
      missing -= part;
      const id = this.ids.next();
      await tx.insert(StripeRefund, {
        id,
        paymentId: payment.id,
        pence: part,
        reason,
        actorKind: actor.kind,
        actorId: actor.id,
        state: 'asked',
        refundId: null,
        askedAt: this.clock.now(),
        once,
      });
      await this.jobs.enqueue(tx, refundByStripe, { refundId: id }, { once: id });
    }
    return true;
  }

  /** What is left of each payment, the newest first. */
  private async left(tx: Tx, invoiceId: string): Promise<{ id: string; pence: number }[]> {
    const payments = await tx.find(StripePayment, {
      where: { invoiceId, state: 'succeeded', disputed: false },
      order: { createdAt: 'DESC' },
    });
    const asked = await this.asked(tx, invoiceId);
    return payments.map(({ id, pence, refundedPence }) => {
      const waiting = asked.filter(({ paymentId }) => paymentId === id).reduce((sum, each) => sum + each.pence, 0);
      return { id, pence: Math.max(0, pence - refundedPence - waiting) };
    });
  }

  /** Those that Stripe has not been told of yet, or has taken without our having seen it do so. */
  private async asked(tx: Tx, invoiceId: string): Promise<StripeRefund[]> {
    const payments = await tx.find(StripePayment, { where: { invoiceId }, select: { id: true } });
    const paymentId = In(payments.map(({ id }) => id));
    const waiting = await tx.findBy(StripeRefund, { state: In(['asked', 'given']), paymentId });
    const given = waiting.filter(({ state }) => state === 'given').map(({ refundId }) => `stripe:${refundId}`);
    const booked = await tx.find(LedgerTransaction, { where: { once: In(given) }, select: { id: true, once: true } });
    const seen = new Set(booked.map(({ once }) => once));
    return waiting.filter(({ state, refundId }) => state === 'asked' || !seen.has(`stripe:${refundId}`));
  }
}

/** Tells Stripe to give money back, once, however often the job runs. */
@Injectable()
@HandlesJob(refundByStripe)
export class RefundByStripe implements JobHandler<{ refundId: string }> {
  private readonly logger = new Logger('payments');

  constructor(
    private readonly stripe: StripeClient,
    private readonly database: Database,
    private readonly schemes: SchemeService,
    private readonly settlement: Settlement,
    private readonly mail: StripeMail,
  ) {}

  async handle({ refundId }: { refundId: string }): Promise<void> {
    const refund = await this.database.reader.findOneBy(StripeRefund, { id: refundId });
    if (refund?.state !== 'asked') return;
    try {
      const given = await this.give(refund);
      await this.database.transaction((tx) =>
        tx.update(StripeRefund, { id: refundId, state: 'asked' }, { state: 'given', refundId: given }),
      );
      await this.settlement.settle(refund.paymentId);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.logger.error(`Stripe refuses refund ${refundId}: ${error.code ?? error.type}`);
      await this.database.transaction((tx) => this.refused(tx, refund));
    }
  }

  /** @returns Stripe's id of the refund */
  private async give({ id, paymentId, pence }: StripeRefund): Promise<string> {
    const api = await this.stripe.api();
    // Stripe forgets our key after a day, and this may be tried again later than that.
    for await (const each of api.refunds.list({ payment_intent: paymentId, limit: 100 }))
      if (each.metadata?.['refund'] === id) return each.id;
    const scheme = (await this.schemes.current()).slug;
    const asked = {
      payment_intent: paymentId,
      amount: pence,
      reason: 'requested_by_customer',
      metadata: { scheme, refund: id },
    } as const;
    return (await api.refunds.create(asked, { idempotencyKey: `refund:${id}` })).id;
  }

  private async refused(tx: Tx, { id, paymentId, pence }: StripeRefund): Promise<void> {
    const { affected } = await tx.update(StripeRefund, { id, state: 'asked' }, { state: 'refused' });
    if (!affected) return;
    const { invoiceId } = await tx.findOneByOrFail(StripePayment, { id: paymentId });
    const { invoice } = await lockedInvoice(tx, invoiceId);
    await this.mail.refundFailed(tx, invoice, pence);
  }
}

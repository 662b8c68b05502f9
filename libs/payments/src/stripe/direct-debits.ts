import { Audit } from '@carers/audit';
import { Database, type Tx } from '@carers/database';
import { Clock, Ids, type LocalDate } from '@carers/kernel';
import { Jobs } from '@carers/jobs';
import { Injectable } from '@nestjs/common';
import { IsNull, LessThanOrEqual, MoreThan, Not } from 'typeorm';
import { uncovered } from '../invoices/invoice.entity.js';
import { lockedInvoice } from '../invoices/locked-invoice.js';
import { collectDirectDebit } from './collect-direct-debit.js';
import { isYearly } from './checkout-request.js';
import { Mandates } from './mandates.js';
import { StripeCheckout } from './stripe-checkout.entity.js';
import { StripeCollection } from './stripe-collection.entity.js';
import { StripeMail } from './stripe-mail.js';
import { StripeMandate } from './stripe-mandate.entity.js';
import { StripePayment } from './stripe-payment.entity.js';
import { workingDayFrom, workingDaysAfter } from './working-days.js';

/** Working days that a payer has between the notice and the day of the debit, at least (Bacs: advance notice). */
const notice = 3;
/** Working days before an instalment is due at which the notice goes out. */
const early = 5;
const batch = 200;

/** Yearly fees of businesses that pay by Direct Debit: tells them of the day and the sum, and asks for the money then. */
@Injectable()
export class DirectDebits {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly jobs: Jobs,
    private readonly audit: Audit,
    private readonly mandates: Mandates,
    private readonly mail: StripeMail,
  ) {}

  /** Tells every payer whose fee is due soon. Once for each instalment, however often it runs. */
  async giveNotice(): Promise<void> {
    const until = workingDaysAfter(this.clock.today(), early);
    for (let after = ''; ;) {
      const due = await this.dueSoon(until, after);
      for (const { id } of due) await this.database.transaction((tx) => this.tell(tx, id, until));
      const last = due.at(-1);
      if (!last || due.length < batch) return;
      after = last.id;
    }
  }

  /** Asks for what is to be collected today, by jobs. What is not owed any more, or not so much, is stopped. */
  async collectDue(): Promise<void> {
    for (let after = ''; ;) {
      const due = await this.database.reader.find(StripeCollection, {
        where: {
          state: 'told',
          collectOn: LessThanOrEqual(this.clock.today()),
          ...(after && { id: MoreThan(after) }),
        },
        order: { id: 'ASC' },
        take: batch,
      });
      for (const { id, invoiceId } of due) await this.database.transaction((tx) => this.begin(tx, id, invoiceId));
      const last = due.at(-1);
      if (!last || due.length < batch) return;
      after = last.id;
    }
  }

  /** Open invoices for yearly fees of businesses with a mandate in force, due by a day; by id. */
  private async dueSoon(until: LocalDate, after: string): Promise<{ id: string }[]> {
    return this.database.query<{ id: string }>(
      `SELECT i.id FROM invoice i
        WHERE i.state = 'open' AND i.due_on <= $1 AND i.purpose LIKE '%.annual' AND ($2::text = '' OR i.id > nullif($2::text, '')::uuid)
          AND EXISTS (SELECT FROM stripe_mandate m WHERE m.business_id = i.business_id AND m.state = 'active')
        ORDER BY i.id LIMIT $3`,
      [until, after, batch],
    );
  }

  private async tell(tx: Tx, invoiceId: string, until: LocalDate): Promise<void> {
    const { invoice, instalments } = await lockedInvoice(tx, invoiceId);
    if (!isYearly(invoice) || invoice.owedPence === 0 || (await this.isPayingNow(tx, invoiceId))) return;
    const mandate = await this.mandates.inForce(tx, invoice.businessId);
    if (!mandate) return;
    const told = await tx.findBy(StripeCollection, { invoiceId, state: Not('stopped') });
    const earliest = workingDaysAfter(this.clock.today(), notice);
    for (const { place, dueOn, pence } of uncovered(instalments, invoice.grossPence - invoice.duePence)) {
      if (dueOn > until || told.some(({ instalment }) => instalment === place)) continue;
      const collectOn = workingDayFrom(dueOn > earliest ? dueOn : earliest);
      await tx.insert(StripeCollection, {
        id: this.ids.next(),
        invoiceId,
        instalment: place,
        paymentMethodId: mandate.paymentMethodId,
        pence,
        collectOn,
        state: 'told',
        paymentIntentId: null,
        toldAt: this.clock.now(),
        endedAt: null,
      });
      await this.audit.record(tx, {
        action: 'invoice.direct-debit-announced',
        subject: { kind: 'invoice', id: invoiceId },
        actor: { kind: 'system', id: 'direct-debits' },
        details: { pence, collectOn },
      });
      await this.mail.notice(tx, invoice, pence, collectOn);
    }
  }

  /** Somebody is at Stripe's page, or a bank has been asked: nothing is debited besides. */
  private async isPayingNow(tx: Tx, invoiceId: string): Promise<boolean> {
    if (await tx.existsBy(StripeCheckout, { invoiceId, endedAt: IsNull() })) return true;
    return tx.existsBy(StripePayment, { invoiceId, state: 'processing' });
  }

  private async begin(tx: Tx, id: string, invoiceId: string): Promise<void> {
    const { invoice, instalments } = await lockedInvoice(tx, invoiceId);
    const collection = await tx.findOneBy(StripeCollection, { id, state: 'told' });
    if (!collection) return;
    const left = uncovered(instalments, invoice.grossPence - invoice.duePence);
    const owed = left.find(({ place }) => place === collection.instalment)?.pence ?? 0;
    const mandate = await tx.findOneBy(StripeMandate, { paymentMethodId: collection.paymentMethodId, state: 'active' });
    // Another sum than the payer was told of needs another notice, which the next night gives.
    const wanted = invoice.state === 'open' && owed === collection.pence && mandate !== null;
    collection.become(wanted && !(await this.isPayingNow(tx, invoiceId)) ? 'asked' : 'stopped', this.clock.now());
    await tx.save(collection);
    if (collection.state === 'asked')
      await this.jobs.enqueue(tx, collectDirectDebit, { collectionId: id }, { once: id });
  }

  /** Stops what was announced for an invoice and is not wanted any more. */
  async stop(tx: Tx, invoiceId: string): Promise<void> {
    for (const collection of await tx.findBy(StripeCollection, { invoiceId, state: 'told' })) {
      collection.become('stopped', this.clock.now());
      await tx.save(collection);
    }
  }
}

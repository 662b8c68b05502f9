import { type Actor, Audit } from '@carers/audit';
import { Database, type Tx } from '@carers/database';
import { Clock, Ids } from '@carers/kernel';
import { Translations } from '@carers/pages';
import { SchemeService } from '@carers/places';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { type Invoice, uncovered } from '../invoices/invoice.entity.js';
import type { InvoiceInstalment } from '../invoices/invoice-instalment.entity.js';
import { InvoiceLineRow } from '../invoices/invoice-line.entity.js';
import { lockedInvoice } from '../invoices/locked-invoice.js';
import { Invoices } from '../invoices/invoices.js';
import { NothingOwed } from '../payments.problems.js';
import { CheckoutSessions } from './checkout-sessions.js';
import { checkoutRequest } from './checkout-request.js';
import { OnItsWay } from './on-its-way.js';
import { StripeCheckout } from './stripe-checkout.entity.js';
import { StripeCustomers } from './stripe-customers.js';
import { PaymentOnItsWay, StripeNotAnswering } from './stripe.problems.js';

/** Minutes for which Stripe's page stays open: Stripe allows 30 to 1,440. */
const openFor = 12 * 60;
/** A page that closes sooner than this is not shown to anybody any more. */
const leastLeft = 10;

/** Visits to Stripe's page: at most one at a time for each invoice, and never over another sum than is owed. */
@Injectable()
export class Checkouts {
  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly schemes: SchemeService,
    private readonly translations: Translations,
    private readonly invoices: Invoices,
    private readonly customers: StripeCustomers,
    private readonly sessions: CheckoutSessions,
    private readonly onItsWay: OnItsWay,
    private readonly audit: Audit,
  ) {}

  /**
   * The open page for paying an invoice: the one that is there, or a new one where there is none, where the sum has
   * changed or where it closes soon.
   * @throws InvoiceNotFound, NothingOwed, PaymentOnItsWay, StripeNotAnswering
   */
  async open(invoiceId: string, actor: Actor): Promise<StripeCheckout> {
    const invoice = await this.invoices.get(invoiceId);
    if (invoice.owedPence === 0) throw new NothingOwed();
    const payer = { businessId: invoice.businessId, name: invoice.payerName, email: invoice.payerEmail };
    const customerId = await this.customers.of(payer);
    const scheme = (await this.schemes.current()).slug;
    for (let tries = 0; tries < 3; tries++) {
      const { checkout, usable } = await this.database.transaction((tx) =>
        this.begin(tx, invoiceId, { customerId, scheme }, actor),
      );
      if (usable) {
        const opened = checkout.state === 'open' ? checkout : await this.sessions.ask(checkout);
        if (opened.state === 'open') return opened;
      } else await this.sessions.close(checkout);
    }
    // It was paid, or refused, while we tried; what is owed now says which.
    if ((await this.invoices.get(invoiceId)).owedPence === 0) throw new NothingOwed();
    throw new StripeNotAnswering();
  }

  /** The visit under way for an invoice, or a new one. `usable` is false for one that must be closed first. */
  private async begin(
    tx: Tx,
    invoiceId: string,
    { customerId, scheme }: { customerId: string; scheme: string },
    actor: Actor,
  ): Promise<{ checkout: StripeCheckout; usable: boolean }> {
    const { invoice, instalments } = await lockedInvoice(tx, invoiceId);
    const pence = this.toPayNow(invoice, instalments);
    const live = await tx.findOneBy(StripeCheckout, { invoiceId, state: In(['asked', 'open']) });
    const now = this.clock.now();
    if (live) {
      const left = live.expiresAt.getTime() - now.getTime();
      return { checkout: live, usable: live.pence === pence && left > leastLeft * 60_000 };
    }
    if (pence === 0) throw new NothingOwed();
    if (await this.onItsWay.of(tx, invoiceId)) throw new PaymentOnItsWay();
    const id = this.ids.next();
    const expiresAt = new Date(now.getTime() + openFor * 60_000);
    const lines = await tx.find(InvoiceLineRow, { where: { invoiceId }, order: { place: 'ASC' } });
    const { publicUrl, defaultLocale } = this.settings;
    const facts = { id, invoice, lines, pence, customerId, scheme, publicUrl, expiresAt };
    const checkout = tx.create(StripeCheckout, {
      id,
      invoiceId,
      businessId: invoice.businessId,
      pence,
      request: checkoutRequest(facts, this.translations.in(defaultLocale)),
      state: 'asked',
      sessionId: null,
      url: null,
      paymentIntentId: null,
      createdAt: now,
      expiresAt,
      lookedAt: null,
      endedAt: null,
    });
    await tx.insert(StripeCheckout, checkout);
    await this.audit.record(tx, {
      action: 'invoice.checkout-opened',
      subject: { kind: 'invoice', id: invoiceId },
      actor,
      details: { pence, checkout: id },
    });
    return { checkout, usable: true };
  }

  /** What is due by today, or else the next instalment. */
  private toPayNow(invoice: Invoice, instalments: readonly InvoiceInstalment[]): number {
    const left = uncovered(instalments, invoice.grossPence - invoice.duePence);
    const today = this.clock.today();
    const due = left.filter(({ dueOn }) => dueOn <= today);
    const chosen = due.length > 0 ? due : left.slice(0, 1);
    return Math.min(
      invoice.owedPence,
      chosen.reduce((sum, { pence }) => sum + pence, 0),
    );
  }
}

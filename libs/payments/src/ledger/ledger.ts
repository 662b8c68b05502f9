import { type Actor, Audit } from '@carers/audit';
import type { Tx } from '@carers/database';
import type { LocalDate } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { Documents } from '../documents/documents.js';
import type { InvoiceInstalment } from '../invoices/invoice-instalment.entity.js';
import { Invoice, type InvoiceSum } from '../invoices/invoice.entity.js';
import { lockedInvoice } from '../invoices/locked-invoice.js';
import { type PaymentEvent, PaymentEvents } from '../payment-events.js';
import { PaymentMethods } from '../payment-methods.js';
import { PaymentMail } from '../payment-mail.js';
import { PaidTerms } from '../paid-terms.js';
import { RefundTooLarge } from '../payments.problems.js';
import { LedgerBook, type NewTransaction } from './ledger-book.js';
import type { LedgerAccount } from './ledger-entry.entity.js';
import type { LedgerTransaction, PaymentMethodName } from './ledger-transaction.entity.js';

/** Money that moved for an invoice, as the bank or Stripe says. */
export interface Movement {
  invoiceId: string;
  /** Above zero. */
  pence: number;
  method: PaymentMethodName;
  /** What stands on the bank statement; Stripe's id of the payment, refund or dispute. */
  reference: string;
  /** The same for the same movement told again: it is written once. */
  once: string;
}

/** What one movement does to an invoice. */
interface Effect {
  sums: Partial<Record<InvoiceSum, number>>;
  written: Omit<NewTransaction, 'invoiceId'>;
  /** Announced once all is saved; told whether the invoice was open before. */
  event: (invoice: Invoice, wasOpen: boolean) => PaymentEvent | null;
}

/** An entry that takes another back, and the sum of the invoice that it makes smaller. */
interface TakenBack {
  invoice: Invoice;
  instalments: readonly InvoiceInstalment[];
  transaction: LedgerTransaction;
  sum: InvoiceSum;
  pence: number;
}

/**
 * Writes down what happened to the money of an invoice: entries, sums of the invoice, document, mail, audit and
 * listeners in the caller's transaction. Each may be told any number of times, in any order, by any process: the invoice
 * is locked and the `once` key is unique. What did happen is never refused for being too much; it shows as credit.
 */
@Injectable()
export class Ledger {
  constructor(
    private readonly book: LedgerBook,
    private readonly documents: Documents,
    private readonly events: PaymentEvents,
    private readonly mail: PaymentMail,
    private readonly terms: PaidTerms,
    private readonly methods: PaymentMethods,
    private readonly audit: Audit,
  ) {}

  /** Money came. A receipt is made and mailed; more than is owed shows as credit. @throws InvoiceNotFound, FormUsedBefore */
  async received(tx: Tx, told: Movement & { receivedOn: LocalDate }, actor: Actor): Promise<LedgerTransaction> {
    return this.move(tx, told, actor, (invoice) => ({
      sums: { receivedPence: told.pence },
      written: {
        ...told,
        kind: 'receipt',
        happenedOn: told.receivedOn,
        entries: { [moneyIn(told.method)]: told.pence, receivable: -told.pence },
      },
      event: (_, wasOpen) => (!wasOpen ? null : invoice.duePence > 0 ? 'part_paid' : 'paid'),
    }));
  }

  /** Money went back to the payer; it is owed again unless it was paid too much or credited. @throws InvoiceNotFound, RefundTooLarge */
  async refunded(
    tx: Tx,
    told: Movement & { refundedOn: LocalDate; reason: string },
    actor: Actor,
  ): Promise<LedgerTransaction> {
    return this.move(tx, told, actor, (invoice) => {
      if (told.pence > invoice.refundablePence) throw new RefundTooLarge();
      return {
        sums: { refundedPence: told.pence },
        written: {
          ...told,
          kind: 'refund',
          happenedOn: told.refundedOn,
          entries: { [moneyIn(told.method)]: -told.pence, receivable: told.pence },
        },
        event: () => 'refunded',
      };
    });
  }

  /** The payer's bank asked for money back and holds it meanwhile. Nothing is owed anew until the dispute is lost. */
  async disputed(tx: Tx, told: Movement & { happenedOn: LocalDate }, actor: Actor): Promise<LedgerTransaction> {
    return this.move(tx, told, actor, () => ({
      sums: { disputedPence: told.pence },
      written: { ...told, kind: 'dispute', entries: { disputes: told.pence, [moneyIn(told.method)]: -told.pence } },
      event: () => 'disputed',
    }));
  }

  /** The dispute was won: the money is back. */
  async disputeWon(tx: Tx, told: Movement & { happenedOn: LocalDate }, actor: Actor): Promise<LedgerTransaction> {
    return this.move(tx, told, actor, () => ({
      sums: { disputedPence: -told.pence },
      written: {
        ...told,
        kind: 'dispute_won',
        entries: { [moneyIn(told.method)]: told.pence, disputes: -told.pence },
      },
      event: () => 'dispute_won',
    }));
  }

  /** The dispute was lost: the money is gone, and the fee is owed again. */
  async disputeLost(tx: Tx, told: Movement & { happenedOn: LocalDate }, actor: Actor): Promise<LedgerTransaction> {
    return this.move(tx, told, actor, () => ({
      sums: { disputedPence: -told.pence, refundedPence: told.pence },
      written: { ...told, kind: 'dispute_lost', entries: { receivable: told.pence, disputes: -told.pence } },
      event: () => 'dispute_lost',
    }));
  }

  /** Says what became of an invoice to those who listen. */
  async announce(tx: Tx, event: PaymentEvent, invoice: Invoice, actor: Actor): Promise<void> {
    await this.events.announce(tx, event, {
      invoiceId: invoice.id,
      businessId: invoice.businessId,
      purpose: invoice.purpose,
      about: invoice.about,
      actor,
      paidPence: invoice.paidPence,
      duePence: invoice.owedPence,
    });
  }

  private async move(
    tx: Tx,
    told: Movement,
    actor: Actor,
    effectOn: (invoice: Invoice) => Effect,
  ): Promise<LedgerTransaction> {
    if (!Number.isSafeInteger(told.pence) || told.pence <= 0) throw new RangeError(`Not a sum of money: ${told.pence}`);
    const { invoice, instalments } = await lockedInvoice(tx, told.invoiceId);
    // Looked up under the lock: whoever told of it first has committed by now.
    const before = await this.book.written(tx, { ...told, invoiceId: invoice.id });
    if (before) return before;
    const effect = effectOn(invoice);
    const wasOpen = invoice.state === 'open';
    const transaction = await this.book.post(tx, { ...effect.written, invoiceId: invoice.id }, actor);
    await this.applied(tx, invoice, instalments, effect.sums);
    await this.note(tx, invoice, transaction, told.pence, actor);
    await this.tell(tx, invoice, transaction, told);
    const event = effect.event(invoice, wasOpen);
    if (event === 'paid') await this.terms.agreedByPaying(tx, invoice, actor);
    if (event) await this.announce(tx, event, invoice, actor);
    return transaction;
  }

  /** Lets the sums of an invoice follow, and saves it. */
  async applied(
    tx: Tx,
    invoice: Invoice,
    instalments: readonly InvoiceInstalment[],
    sums: Effect['sums'],
  ): Promise<void> {
    const before = invoice.owedPence;
    for (const [sum, pence] of Object.entries(sums)) invoice.change(sum as InvoiceSum, pence, instalments);
    await tx.save(invoice);
    if (invoice.owedPence < before) await this.methods.owesLess(tx, invoice);
  }

  /**
   * The same for an entry that takes another back. Listeners hear of it as of money: `paid` where all is paid now,
   * `failed` where more is owed.
   */
  async takenBack(tx: Tx, undone: TakenBack, actor: Actor): Promise<void> {
    const { invoice, instalments, transaction, sum, pence } = undone;
    const { owedPence, state } = invoice;
    await this.applied(tx, invoice, instalments, { [sum]: -pence });
    await this.note(tx, invoice, transaction, pence, actor);
    if (invoice.owedPence > owedPence) await this.announce(tx, 'failed', invoice, actor);
    else if (invoice.state !== state && invoice.owedPence === 0) await this.announce(tx, 'paid', invoice, actor);
  }

  /** Writes into the audit trail what the ledger has now. */
  async note(tx: Tx, invoice: Invoice, transaction: LedgerTransaction, pence: number, actor: Actor): Promise<void> {
    await this.audit.record(tx, {
      action: `invoice.${transaction.kind}`,
      subject: { kind: 'invoice', id: invoice.id },
      actor,
      reason: transaction.reason,
      details: { pence, duePence: invoice.duePence, transaction: transaction.id, method: transaction.method },
    });
  }

  private async tell(tx: Tx, invoice: Invoice, transaction: LedgerTransaction, told: Movement): Promise<void> {
    if (transaction.kind === 'refund') return this.mail.refunded(tx, invoice, told.pence);
    if (transaction.kind !== 'receipt') return;
    const document = await this.documents.keep(tx, invoice, transaction.id, {
      kind: 'receipt',
      netPence: told.pence,
      vatPence: 0,
      grossPence: told.pence,
      payment: {
        method: told.method,
        reference: told.reference,
        receivedOn: transaction.happenedOn,
        leftPence: invoice.duePence,
      },
    });
    await this.mail.document(tx, invoice, document);
  }
}

/** Where money lies that came this way. */
export function moneyIn(method: PaymentMethodName): LedgerAccount {
  return method === 'bank_transfer' ? 'bank' : 'stripe';
}

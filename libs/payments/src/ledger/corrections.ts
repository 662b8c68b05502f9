import type { Actor } from '@carers/audit';
import type { Tx } from '@carers/database';
import { Clock, isUuid } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { Documents } from '../documents/documents.js';
import { CreditNoteLine } from '../documents/credit-note-line.entity.js';
import { InvoiceLineRow } from '../invoices/invoice-line.entity.js';
import { shareOfCredit, type VatSum } from '../invoices/invoice-sums.js';
import type { Invoice, InvoiceSum } from '../invoices/invoice.entity.js';
import { lockedInvoice } from '../invoices/locked-invoice.js';
import { PaymentMail } from '../payment-mail.js';
import { CannotBeUndone, CreditTooLarge, EntryNotFound, NothingOwed } from '../payments.problems.js';
import { LedgerBook } from './ledger-book.js';
import { type LedgerAccount, LedgerEntry } from './ledger-entry.entity.js';
import { LedgerTransaction } from './ledger-transaction.entity.js';
import { Ledger } from './ledger.js';

/** Which sum of the invoice an entry that staff made by hand has changed. */
const undoable: Partial<Record<LedgerTransaction['kind'], InvoiceSum>> = {
  receipt: 'receivedPence',
  refund: 'refundedPence',
  write_off: 'writtenOffPence',
};

/** Putting right: credit notes, writing off, undoing a slip. Nothing is taken out of the ledger, only added. */
@Injectable()
export class Corrections {
  constructor(
    private readonly book: LedgerBook,
    private readonly ledger: Ledger,
    private readonly documents: Documents,
    private readonly mail: PaymentMail,
    private readonly clock: Clock,
  ) {}

  /**
   * Takes back all or part of what was charged, VAT in proportion (VAT Notice 700, section 18), with a numbered credit
   * note. What was paid already becomes credit, to be refunded.
   * @throws InvoiceNotFound, CreditTooLarge
   */
  async credit(
    tx: Tx,
    { invoiceId, grossPence, reason, once }: { invoiceId: string; grossPence: number; reason: string; once: string },
    actor: Actor,
  ): Promise<LedgerTransaction> {
    const { invoice, instalments } = await lockedInvoice(tx, invoiceId);
    const before = await this.book.written(tx, { once, invoiceId, pence: grossPence });
    if (before) return before;
    if (grossPence <= 0 || grossPence > creditable(invoice)) throw new CreditTooLarge();
    const vat = shareOfCredit(await this.leftByRate(tx, invoice), grossPence);
    const netPence = vat.reduce((sum, each) => sum + each.netPence, 0);
    const vatPence = grossPence - netPence;
    const transaction = await this.book.post(
      tx,
      {
        kind: 'credit',
        once,
        invoiceId,
        happenedOn: this.clock.today(),
        reason,
        entries: { income: netPence, vat: vatPence, receivable: -grossPence },
      },
      actor,
    );
    await this.ledger.applied(tx, invoice, instalments, { creditedPence: grossPence });
    const sums = { netPence, vatPence, grossPence };
    const document = await this.documents.keep(tx, invoice, transaction.id, {
      kind: 'credit_note',
      vat,
      reason,
      ...sums,
    });
    await tx.insert(
      CreditNoteLine,
      vat.map((each) => ({ documentId: document.id, invoiceId, ...each })),
    );
    await this.mail.document(tx, invoice, document);
    await this.ledger.note(tx, invoice, transaction, grossPence, actor);
    await this.ledger.announce(tx, 'credited', invoice, actor);
    return transaction;
  }

  /** Stops waiting for what is owed. It can be paid all the same. @throws InvoiceNotFound, NothingOwed */
  async writeOff(
    tx: Tx,
    { invoiceId, reason, once }: { invoiceId: string; reason: string; once: string },
    actor: Actor,
  ): Promise<LedgerTransaction> {
    const { invoice, instalments } = await lockedInvoice(tx, invoiceId);
    const before = await this.book.written(tx, { once, invoiceId });
    if (before) return before;
    const pence = invoice.owedPence;
    if (pence === 0) throw new NothingOwed();
    const entries = { bad_debts: pence, receivable: -pence };
    const happenedOn = this.clock.today();
    const written = { kind: 'write_off' as const, once, invoiceId, happenedOn, reason, entries };
    const transaction = await this.book.post(tx, written, actor);
    await this.ledger.applied(tx, invoice, instalments, { writtenOffPence: pence });
    await this.ledger.note(tx, invoice, transaction, pence, actor);
    await this.ledger.announce(tx, 'written_off', invoice, actor);
    return transaction;
  }

  /**
   * Undoes an entry that staff made by hand, by one that mirrors it.
   * @throws InvoiceNotFound, EntryNotFound, CannotBeUndone
   */
  async undo(
    tx: Tx,
    { invoiceId, transactionId, reason }: { invoiceId: string; transactionId: string; reason: string },
    actor: Actor,
  ): Promise<LedgerTransaction> {
    const { invoice, instalments } = await lockedInvoice(tx, invoiceId);
    const wrong = isUuid(transactionId)
      ? await tx.findOneBy(LedgerTransaction, { id: transactionId, invoiceId: invoice.id })
      : null;
    if (!wrong) throw new EntryNotFound();
    const sum = undoable[wrong.kind];
    const byHand = wrong.method === 'bank_transfer' || wrong.kind === 'write_off';
    if (!sum || !byHand || (await tx.existsBy(LedgerTransaction, { reversesId: wrong.id }))) throw new CannotBeUndone();
    const entries = await tx.find(LedgerEntry, { where: { transactionId: wrong.id } });
    const pence = entries.find((entry) => entry.pence > 0)!.pence;
    // Money that has gone back since cannot be money that never came.
    if (wrong.kind === 'receipt' && pence > invoice.refundablePence) throw new CannotBeUndone();
    const transaction = await this.book.post(
      tx,
      {
        kind: 'reversal',
        once: `reversal:${wrong.id}`,
        invoiceId: invoice.id,
        reversesId: wrong.id,
        happenedOn: wrong.happenedOn,
        method: wrong.method,
        reference: wrong.reference,
        reason,
        entries: Object.fromEntries(entries.map((entry) => [entry.account, -entry.pence])) as Partial<
          Record<LedgerAccount, number>
        >,
      },
      actor,
    );
    await this.ledger.takenBack(tx, { invoice, instalments, transaction, sum, pence }, actor);
    return transaction;
  }

  /** What is left of an invoice at each rate of VAT, after the credit notes so far. */
  private async leftByRate(tx: Tx, invoice: Invoice): Promise<VatSum[]> {
    const charged = await tx.find(InvoiceLineRow, { where: { invoiceId: invoice.id } });
    const credited = await tx.find(CreditNoteLine, { where: { invoiceId: invoice.id } });
    const rates = [...new Set(charged.map(({ vatRate }) => vatRate))].sort((one, other) => other - one);
    const sum = (rows: readonly VatSum[], rate: number, key: 'netPence' | 'vatPence') =>
      rows.filter(({ vatRate }) => vatRate === rate).reduce((total, row) => total + row[key], 0);
    return rates.map((vatRate) => ({
      vatRate,
      netPence: sum(charged, vatRate, 'netPence') - sum(credited, vatRate, 'netPence'),
      vatPence: sum(charged, vatRate, 'vatPence') - sum(credited, vatRate, 'vatPence'),
    }));
  }
}

/** What a credit note can still take back of an invoice. */
export function creditable(invoice: Invoice): number {
  return invoice.grossPence - invoice.creditedPence - invoice.writtenOffPence;
}

import type { Actor } from '@carers/audit';
import type { Tx } from '@carers/database';
import type { LocalDate } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import type { Invoice } from '../invoices/invoice.entity.js';
import { lockedInvoice } from '../invoices/locked-invoice.js';
import { PaymentMethods } from '../payment-methods.js';
import { RefundTooLarge } from '../payments.problems.js';
import { Corrections, creditable } from './corrections.js';
import { LedgerBook } from './ledger-book.js';
import { Ledger } from './ledger.js';

/** Money to give back. */
export interface AskedRefund {
  invoiceId: string;
  pence: number;
  reason: string;
  /** Whether what goes back is not owed any more either: then a credit note is made for it. */
  feeEnds: boolean;
  once: string;
}

/** Giving money back, with the credit note that says why where the fee ends too. */
@Injectable()
export class Refunds {
  constructor(
    private readonly ledger: Ledger,
    private readonly corrections: Corrections,
    private readonly book: LedgerBook,
    private readonly methods: PaymentMethods,
  ) {}

  /** Staff have sent it by bank transfer. @throws InvoiceNotFound, RefundTooLarge */
  async byBank(tx: Tx, asked: AskedRefund & { refundedOn: LocalDate; reference: string }, actor: Actor): Promise<void> {
    const { invoice } = await lockedInvoice(tx, asked.invoiceId);
    if (await this.book.written(tx, asked)) return;
    // What is on its way back already cannot go back once more.
    const waiting = await this.methods.onItsWayBack(tx, invoice);
    if (asked.pence > invoice.refundablePence - waiting) throw new RefundTooLarge();
    await this.endFee(tx, invoice, asked, actor);
    await this.ledger.refunded(tx, { ...asked, method: 'bank_transfer' }, actor);
  }

  /** Asks for it to be sent back the way it came. @throws InvoiceNotFound, RefundTooLarge */
  async byMethod(tx: Tx, asked: AskedRefund, key: string, actor: Actor): Promise<void> {
    const { invoice } = await lockedInvoice(tx, asked.invoiceId);
    const method = this.methods.all.find((each) => each.key === key);
    if (!method) throw new RefundTooLarge();
    const { pence, reason, once } = asked;
    if (await method.refund(tx, { invoice, pence, reason, once }, actor)) await this.endFee(tx, invoice, asked, actor);
  }

  /** Most pence that can go back the way they came; 0 where that way is not set up. */
  async mostByMethod(tx: Tx, invoice: Invoice, key: string): Promise<number> {
    const method = this.methods.all.find((each) => each.key === key);
    return method ? method.refundable(tx, invoice) : 0;
  }

  /** What was paid too much needs no credit note: it was never charged. */
  private async endFee(tx: Tx, invoice: Invoice, asked: AskedRefund, actor: Actor): Promise<void> {
    if (!asked.feeEnds) return;
    const grossPence = Math.min(asked.pence - invoice.overpaidPence, creditable(invoice));
    if (grossPence <= 0) return;
    const { invoiceId, reason, once } = asked;
    await this.corrections.credit(tx, { invoiceId, grossPence, reason, once: `${once}:credit` }, actor);
  }
}

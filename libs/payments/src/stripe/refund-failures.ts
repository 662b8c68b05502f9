import type { Tx } from '@carers/database';
import { Clock } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { lockedInvoice } from '../invoices/locked-invoice.js';
import { LedgerBook } from '../ledger/ledger-book.js';
import type { LedgerAccount } from '../ledger/ledger-entry.entity.js';
import { LedgerEntry } from '../ledger/ledger-entry.entity.js';
import { Ledger } from '../ledger/ledger.js';
import { StripeMail } from './stripe-mail.js';
import { StripeRefund } from './stripe-refund.entity.js';

/** Refunds that the payer's bank could not take: the money is with us again. */
@Injectable()
export class RefundFailures {
  constructor(
    private readonly book: LedgerBook,
    private readonly ledger: Ledger,
    private readonly mail: StripeMail,
    private readonly clock: Clock,
  ) {}

  /** Mirrors the refund in the ledger and tells staff, who have to find another way. Nothing where none was written. */
  async write(
    tx: Tx,
    { invoiceId, refundId, once }: { invoiceId: string; refundId: string; once: string },
  ): Promise<void> {
    const refund = await this.book.find(tx, `stripe:${refundId}`);
    await tx.update(StripeRefund, { refundId }, { state: 'failed' });
    if (!refund) return;
    const { invoice, instalments } = await lockedInvoice(tx, invoiceId);
    const entries = await tx.find(LedgerEntry, { where: { transactionId: refund.id } });
    const pence = entries.find((entry) => entry.pence > 0)!.pence;
    const actor = { kind: 'system', id: 'stripe' } as const;
    const transaction = await this.book.post(
      tx,
      {
        kind: 'reversal',
        once,
        invoiceId,
        reversesId: refund.id,
        happenedOn: this.clock.today(),
        method: refund.method,
        reference: refund.reference,
        entries: Object.fromEntries(entries.map((entry) => [entry.account, -entry.pence])) as Partial<
          Record<LedgerAccount, number>
        >,
      },
      actor,
    );
    await this.ledger.takenBack(tx, { invoice, instalments, transaction, sum: 'refundedPence', pence }, actor);
    await this.mail.refundFailed(tx, invoice, pence);
  }
}

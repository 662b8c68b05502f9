import type { Tx } from '@carers/database';
import { Messages } from '@carers/messages';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import type { LocalDate } from '@carers/kernel';
import type { Invoice } from '../invoices/invoice.entity.js';

/** What payers and staff are told by e-mail of payments by Stripe. */
@Injectable()
export class StripeMail {
  constructor(
    private readonly messages: Messages,
    private readonly schemes: SchemeService,
  ) {}

  /** A Direct Debit will be taken: the sum and the day (Bacs scheme rules: before each collection). */
  async notice(tx: Tx, invoice: Invoice, pence: number, collectOn: LocalDate): Promise<void> {
    await this.toPayer(tx, invoice, 'direct-debit-notice', { pence, collectOn });
  }

  /** A Direct Debit did not come. */
  async failed(tx: Tx, invoice: Invoice, pence: number): Promise<void> {
    await this.toPayer(tx, invoice, 'payment-failed', { pence });
  }

  /** The payer's bank took money back. @param reference Stripe's id of the dispute */
  async disputed(tx: Tx, invoice: Invoice, pence: number, reference: string): Promise<void> {
    await this.toStaff(tx, invoice, 'payment-disputed', { pence, reference });
  }

  async refundFailed(tx: Tx, invoice: Invoice, pence: number): Promise<void> {
    await this.toStaff(tx, invoice, 'refund-failed', { pence });
  }

  private async toPayer(tx: Tx, invoice: Invoice, template: string, params: Record<string, string | number>) {
    await this.messages.queue(tx, {
      to: { channel: 'email', address: invoice.payerEmail, name: invoice.payerName },
      template: `payments/${template}`,
      params: {
        number: invoice.number,
        path: `/business/${invoice.businessId}/payments/${invoice.id}`,
        ...params,
      },
      about: { kind: 'invoice', id: invoice.id },
    });
  }

  private async toStaff(tx: Tx, invoice: Invoice, template: string, params: Record<string, string | number>) {
    // As last read: asking anew would need a second connection inside this transaction.
    const { contact } = this.schemes.lastKnown() ?? (await this.schemes.current());
    await this.messages.queue(tx, {
      to: { channel: 'email', address: contact.email },
      template: `payments/${template}`,
      params: { number: invoice.number, path: `/staff/payments/${invoice.id}`, ...params },
      about: { kind: 'invoice', id: invoice.id },
    });
  }
}

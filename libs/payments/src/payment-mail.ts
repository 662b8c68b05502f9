import type { Tx } from '@carers/database';
import { Messages } from '@carers/messages';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import type { PaymentDocument } from './documents/payment-document.entity.js';
import type { Invoice } from './invoices/invoice.entity.js';

/** What payers are told by e-mail. */
@Injectable()
export class PaymentMail {
  constructor(
    private readonly messages: Messages,
    private readonly settings: Settings,
  ) {}

  /** A new document: `payments/invoice`, `payments/receipt`, `payments/credit-note`. The mail carries it. */
  async document(tx: Tx, invoice: Invoice, { id, kind, number, grossPence }: PaymentDocument): Promise<void> {
    await this.send(tx, invoice, kind.replace('_', '-'), { document: id, documentNumber: number, pence: grossPence });
  }

  /** @param about which instalment it reminds of: its day, what is missing of it, and whether that day has passed */
  async reminder(
    tx: Tx,
    invoice: Invoice,
    about: { kind: string; dueOn: string; pence: number; late: boolean },
  ): Promise<void> {
    await this.send(tx, invoice, 'reminder', { ...about, reminderKind: about.kind });
  }

  async refunded(tx: Tx, invoice: Invoice, pence: number): Promise<void> {
    await this.send(tx, invoice, 'refunded', { pence });
  }

  private async send(
    tx: Tx,
    invoice: Invoice,
    template: string,
    params: Record<string, string | number | boolean>,
  ): Promise<void> {
    const bank = this.settings.seller?.bank;
    await this.messages.queue(tx, {
      to: { channel: 'email', address: invoice.payerEmail, name: invoice.payerName },
      template: `payments/${template}`,
      params: {
        invoice: invoice.number,
        duePence: invoice.owedPence,
        overpaidPence: invoice.overpaidPence,
        dueOn: invoice.dueOn,
        terms: invoice.termsVersion,
        path: `/business/${invoice.businessId}/payments/${invoice.id}`,
        accountName: bank?.accountName ?? null,
        sortCode: bank?.sortCode ?? null,
        accountNumber: bank?.accountNumber ?? null,
        ...params,
      },
      about: { kind: 'invoice', id: invoice.id },
    });
  }
}

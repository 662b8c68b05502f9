import { Database, type Tx } from '@carers/database';
import { Clock, Ids, isUuid } from '@carers/kernel';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import type { Invoice } from '../invoices/invoice.entity.js';
import { DocumentNumbers } from '../invoices/document-numbers.js';
import { DocumentNotFound, SellerNotSetUp } from '../payments.problems.js';
import type { DocumentContent } from './document-content.js';
import { PaymentDocument } from './payment-document.entity.js';

/** What differs from one kind of document to the next; the rest follows from the invoice and the settings. */
export type NewContent = Pick<DocumentContent, 'kind' | 'netPence' | 'vatPence' | 'grossPence'> &
  Partial<Pick<DocumentContent, 'lines' | 'vat' | 'instalments' | 'reason' | 'payment'>>;

/** Numbered documents: kept as they were on the day. */
@Injectable()
export class Documents {
  constructor(
    private readonly database: Database,
    private readonly numbers: DocumentNumbers,
    private readonly settings: Settings,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** Keeps a document of a transaction under the next number, or that of the invoice itself. @throws SellerNotSetUp */
  async keep(tx: Tx, invoice: Invoice, transactionId: string, made: NewContent): Promise<PaymentDocument> {
    const { seller } = this.settings;
    if (!seller) throw new SellerNotSetUp();
    const number = made.kind === 'invoice' ? invoice.number : await this.numbers.next(tx, made.kind);
    const content: DocumentContent = {
      lines: [],
      vat: [],
      instalments: [],
      reason: null,
      payment: null,
      ...made,
      number,
      issuedOn: this.clock.today(),
      seller,
      payer: { name: invoice.payerName, addressLines: invoice.payerAddress.split('\n') },
      invoice: { id: invoice.id, number: invoice.number, issuedOn: invoice.issuedOn, businessId: invoice.businessId },
      termsVersion: made.kind === 'invoice' ? invoice.termsVersion : null,
    };
    const document = tx.create(PaymentDocument, {
      id: this.ids.next(),
      kind: made.kind,
      number,
      invoiceId: invoice.id,
      transactionId,
      issuedOn: content.issuedOn,
      issuedAt: this.clock.now(),
      grossPence: made.grossPence,
      content: JSON.stringify(content),
      pdf: null,
    });
    await tx.insert(PaymentDocument, document);
    return document;
  }

  /** The documents of an invoice, oldest first. */
  async ofInvoice(invoiceId: string): Promise<PaymentDocument[]> {
    return this.database.reader.find(PaymentDocument, {
      where: { invoiceId },
      order: { issuedAt: 'ASC', id: 'ASC' },
    });
  }

  /** @throws DocumentNotFound */
  async get(id: string): Promise<PaymentDocument> {
    const document = isUuid(id) ? await this.database.reader.findOneBy(PaymentDocument, { id }) : null;
    if (!document?.content) throw new DocumentNotFound();
    return document;
  }
}

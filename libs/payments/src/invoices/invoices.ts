import { type Actor, Audit } from '@carers/audit';
import { Database, type Tx } from '@carers/database';
import { Clock, Ids, isLocalDate, isUuid, type LocalDate } from '@carers/kernel';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import { Documents } from '../documents/documents.js';
import { Corrections } from '../ledger/corrections.js';
import { LedgerBook } from '../ledger/ledger-book.js';
import { PaidTerms } from '../paid-terms.js';
import { PaymentMail } from '../payment-mail.js';
import { InvoiceNotFound, SellerNotSetUp } from '../payments.problems.js';
import { DocumentNumbers } from './document-numbers.js';
import { InvoiceInstalment } from './invoice-instalment.entity.js';
import { InvoiceLineRow } from './invoice-line.entity.js';
import { type InvoiceLine, type InvoiceSums, sumsOf } from './invoice-sums.js';
import { Invoice } from './invoice.entity.js';
import { lockedInvoice } from './locked-invoice.js';

/** Who pays, as it should stand on the invoice. */
export interface Payer {
  businessId: string;
  name: string;
  addressLines: string[];
  email: string;
}

/** An invoice to be issued. */
export interface NewInvoice {
  payer: Payer;
  /** As `trader-vetting.application`; one that ends in `.annual` makes paying it agree to the terms in force. */
  purpose: string;
  about: { kind: string; id: string };
  /** The same for the same reason: it is issued once. */
  once: string;
  lines: readonly InvoiceLine[];
  dueOn: LocalDate;
  /** Parts that sum to the total, VAT included, each with its day. */
  instalments?: readonly { dueOn: LocalDate; pence: number }[];
}

/** Invoices: issued when money falls due, whoever pays and however. */
@Injectable()
export class Invoices {
  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly audit: Audit,
    private readonly numbers: DocumentNumbers,
    private readonly book: LedgerBook,
    private readonly documents: Documents,
    private readonly corrections: Corrections,
    private readonly terms: PaidTerms,
    private readonly mail: PaymentMail,
  ) {}

  /** What lines would come to, VAT included, if an invoice were issued for them today. @throws RangeError */
  totals(lines: readonly InvoiceLine[]): InvoiceSums {
    return sumsOf(lines, this.settings.seller?.vatNumber != null);
  }

  /**
   * Issues an invoice and mails it; asked again with the same `once`, gives the one that is there. Its number follows
   * on the last without a gap: others who issue wait until this transaction ends, so keep it short.
   * @throws SellerNotSetUp, RangeError for lines, days or instalments that do not add up
   */
  async issue(tx: Tx, asked: NewInvoice, actor: Actor): Promise<Invoice> {
    const before = await tx.findOneBy(Invoice, { once: asked.once });
    if (before) return before;
    if (!this.settings.seller) throw new SellerNotSetUp();
    const sums = this.totals(asked.lines);
    const parts = partsOf(asked, sums.grossPence);
    const termsVersion = await this.terms.versionFor(tx, asked.purpose);
    await this.numbers.hold(tx, 'invoice');
    // Whoever was issuing the same has committed, now that the numbers are ours.
    const meanwhile = await tx.findOneBy(Invoice, { once: asked.once });
    if (meanwhile) return meanwhile;
    const invoice = tx.create(Invoice, {
      id: this.ids.next(),
      number: await this.numbers.next(tx, 'invoice'),
      once: asked.once,
      businessId: asked.payer.businessId,
      purpose: asked.purpose,
      aboutKind: asked.about.kind,
      aboutId: asked.about.id,
      payerName: asked.payer.name,
      payerAddress: asked.payer.addressLines.join('\n'),
      payerEmail: asked.payer.email,
      termsVersion,
      issuedOn: this.clock.today(),
      issuedAt: this.clock.now(),
      netPence: sums.netPence,
      vatPence: sums.vatPence,
      grossPence: sums.grossPence,
      creditedPence: 0,
      writtenOffPence: 0,
      receivedPence: 0,
      refundedPence: 0,
      disputedPence: 0,
      duePence: sums.grossPence,
      state: 'open',
      dueOn: parts[0]!.dueOn,
      overdueSince: null,
    });
    await tx.insert(Invoice, invoice);
    const invoiceId = invoice.id;
    await tx.insert(
      InvoiceLineRow,
      sums.lines.map((line, place) => ({ invoiceId, place, ...line })),
    );
    await tx.insert(
      InvoiceInstalment,
      parts.map((part, place) => ({ invoiceId, place, ...part })),
    );
    const { netPence, vatPence, grossPence } = sums;
    const transaction = await this.book.post(
      tx,
      {
        kind: 'issue',
        once: `issue:${invoiceId}`,
        invoiceId,
        happenedOn: invoice.issuedOn,
        entries: { receivable: grossPence, income: -netPence, vat: -vatPence },
      },
      actor,
    );
    const document = await this.documents.keep(tx, invoice, transaction.id, {
      kind: 'invoice',
      ...sums,
      instalments: parts,
    });
    await this.audit.record(tx, {
      action: 'invoice.issue',
      subject: { kind: 'invoice', id: invoiceId },
      actor,
      details: { number: invoice.number, purpose: invoice.purpose, grossPence },
    });
    await this.mail.document(tx, invoice, document);
    return invoice;
  }

  /** Takes back what is not paid of an invoice with a credit note; nothing where nothing is owed. @throws InvoiceNotFound */
  async void(tx: Tx, id: string, reason: string, actor: Actor): Promise<void> {
    const { invoice } = await lockedInvoice(tx, id);
    if (invoice.owedPence === 0) return;
    const credited = { invoiceId: id, grossPence: invoice.owedPence, reason };
    // Each voiding takes all that is owed: the sum credited before tells one from the next.
    await this.corrections.credit(tx, { ...credited, once: `void:${id}:${invoice.creditedPence}` }, actor);
  }

  /** @throws InvoiceNotFound */
  async get(id: string): Promise<Invoice> {
    const invoice = isUuid(id) ? await this.database.reader.findOneBy(Invoice, { id }) : null;
    if (!invoice) throw new InvoiceNotFound();
    return invoice;
  }

  /** The invoices about one thing, newest first. */
  async ofAbout({ kind, id }: { kind: string; id: string }): Promise<Invoice[]> {
    return this.database.reader.find(Invoice, {
      where: { aboutKind: kind, aboutId: id },
      order: { issuedAt: 'DESC', id: 'DESC' },
      take: 200,
    });
  }

  /** The newest 200 invoices of a business, newest first. */
  async ofBusiness(businessId: string): Promise<Invoice[]> {
    return this.database.reader.find(Invoice, {
      where: { businessId },
      order: { issuedAt: 'DESC', id: 'DESC' },
      take: 200,
    });
  }

  /** Its lines, in their order. */
  async linesOf(invoiceId: string): Promise<InvoiceLineRow[]> {
    return this.database.reader.find(InvoiceLineRow, { where: { invoiceId }, order: { place: 'ASC' } });
  }

  /** Its instalments, in their order; one where it is paid in one sum. */
  async instalmentsOf(invoiceId: string): Promise<InvoiceInstalment[]> {
    return this.database.reader.find(InvoiceInstalment, { where: { invoiceId }, order: { place: 'ASC' } });
  }
}

/** When to pay what, earliest first. */
function partsOf({ instalments, dueOn }: NewInvoice, grossPence: number): { dueOn: LocalDate; pence: number }[] {
  const parts = instalments?.length
    ? instalments.map(({ dueOn, pence }) => ({ dueOn, pence }))
    : [{ dueOn, pence: grossPence }];
  const sum = parts.reduce((total, { pence }) => total + pence, 0);
  if (sum !== grossPence || parts.length > 24 || !parts.every(({ dueOn, pence }) => isLocalDate(dueOn) && pence > 0))
    throw new RangeError(`Instalments of ${sum}p for an invoice of ${grossPence}p.`);
  return parts.sort((one, other) => (one.dueOn < other.dueOn ? -1 : 1));
}

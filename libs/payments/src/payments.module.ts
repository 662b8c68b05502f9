import { BusinessesModule } from '@carers/businesses';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CreditNoteLine } from './documents/credit-note-line.entity.js';
import { DocumentFiles } from './documents/document-files.js';
import { StatementFiles } from './documents/statement-files.js';
import { Documents } from './documents/documents.js';
import { PaymentDocument } from './documents/payment-document.entity.js';
import { DocumentCounter } from './invoices/document-counter.entity.js';
import { DocumentNumbers } from './invoices/document-numbers.js';
import { InvoiceInstalment } from './invoices/invoice-instalment.entity.js';
import { InvoiceLineRow } from './invoices/invoice-line.entity.js';
import { InvoiceReminder } from './invoices/invoice-reminder.entity.js';
import { Invoice } from './invoices/invoice.entity.js';
import { Invoices } from './invoices/invoices.js';
import { Reminders } from './invoices/reminders.js';
import { InvoiceList } from './invoices/invoice-list.js';
import { FinanceExport } from './ledger/finance-export.js';
import { LedgerLines } from './ledger/ledger-lines.js';
import { Refunds } from './ledger/refunds.js';
import { TermsBeforePaying } from './terms-before-paying.js';
import { Corrections } from './ledger/corrections.js';
import { LedgerBook } from './ledger/ledger-book.js';
import { LedgerEntry } from './ledger/ledger-entry.entity.js';
import { LedgerTransaction } from './ledger/ledger-transaction.entity.js';
import { Ledger } from './ledger/ledger.js';
import { PaidTerms } from './paid-terms.js';
import { PaymentEvents } from './payment-events.js';
import { PaymentMail } from './payment-mail.js';
import { PaymentMethods } from './payment-methods.js';

export const paymentsEntities = [
  Invoice,
  InvoiceLineRow,
  InvoiceInstalment,
  InvoiceReminder,
  DocumentCounter,
  PaymentDocument,
  CreditNoteLine,
  LedgerTransaction,
  LedgerEntry,
];

const services = [
  Invoices,
  Ledger,
  LedgerBook,
  Corrections,
  Documents,
  DocumentFiles,
  DocumentNumbers,
  PaymentEvents,
  PaymentMail,
  PaymentMethods,
  PaidTerms,
  Reminders,
  InvoiceList,
  LedgerLines,
  Refunds,
  FinanceExport,
  StatementFiles,
  TermsBeforePaying,
];

/** Invoices, their documents and the ledger. */
@Module({
  imports: [BusinessesModule, TypeOrmModule.forFeature(paymentsEntities)],
  providers: services,
  exports: services,
})
export class PaymentsModule {}

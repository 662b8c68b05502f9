export { Documents } from './documents/documents.js';
export { type DocumentKind, PaymentDocument } from './documents/payment-document.entity.js';
export { type InvoiceLine, type InvoiceSums, sumsOf } from './invoices/invoice-sums.js';
export { Invoice, type InvoiceState } from './invoices/invoice.entity.js';
export { Invoices, type NewInvoice, type Payer } from './invoices/invoices.js';
export { Corrections } from './ledger/corrections.js';
export type { LedgerTransaction, PaymentMethodName } from './ledger/ledger-transaction.entity.js';
export { Ledger, type Movement } from './ledger/ledger.js';
export { Refunds } from './ledger/refunds.js';
export { type PaymentChange, type PaymentEvent, PaymentEvents } from './payment-events.js';
export { formPence, readPence } from './pages/payments.forms.js';
export { type PaymentMethod, PaymentMethods } from './payment-methods.js';
export { PaymentsJobsModule } from './payments-jobs.module.js';
export { PaymentsWebModule } from './payments-web.module.js';
export { PaymentsModule } from './payments.module.js';
export {
  CannotBeUndone,
  CreditTooLarge,
  DocumentNotFound,
  InvoiceNotFound,
  NothingOwed,
  PaymentsNotSetUp,
  RefundTooLarge,
  SellerNotSetUp,
  WebhookNotGenuine,
} from './payments.problems.js';
export { DirectDebits } from './stripe/direct-debits.js';
export { Reconciliation } from './stripe/reconciliation.js';
export { StripeEvent } from './stripe/stripe-event.entity.js';
export { StripeSweep } from './stripe/stripe-sweep.js';

import type { LocalDate } from '@carers/kernel';
import type { SellerSettings } from '@carers/settings';
import type { SummedLine, VatSum } from '../invoices/invoice-sums.js';
import type { PaymentMethodName } from '../ledger/ledger-transaction.entity.js';
import type { DocumentKind } from './payment-document.entity.js';

/** All that stands on a document besides the words of the form. Kept with it, so that it never changes. */
export interface DocumentContent {
  kind: DocumentKind;
  number: string;
  issuedOn: LocalDate;
  seller: SellerSettings;
  payer: { name: string; addressLines: string[] };
  /** The invoice that it is, pays or takes back. */
  invoice: { id: string; number: string; issuedOn: LocalDate; businessId: string };
  /** Of the invoice; of a credit note what it takes back, of a receipt none. */
  lines: SummedLine[];
  vat: VatSum[];
  netPence: number;
  vatPence: number;
  grossPence: number;
  /** Of an invoice: when to pay what. */
  instalments: { dueOn: LocalDate; pence: number }[];
  /** Of an invoice: the terms that paying agrees to. */
  termsVersion: string | null;
  /** Of a credit note. */
  reason: string | null;
  /** Of a receipt. */
  payment: { method: PaymentMethodName; reference: string; receivedOn: LocalDate; leftPence: number } | null;
}

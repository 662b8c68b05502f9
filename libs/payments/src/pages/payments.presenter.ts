import type { LocalDate } from '@carers/kernel';
import type { PaymentDocument } from '../documents/payment-document.entity.js';
import type { InvoiceInstalment } from '../invoices/invoice-instalment.entity.js';
import type { InvoiceLineRow } from '../invoices/invoice-line.entity.js';
import type { InvoiceLineItem } from '../invoices/invoice-list.js';
import type { Invoice } from '../invoices/invoice.entity.js';
import type { LedgerLine } from '../ledger/ledger-lines.js';

/** What decides how an invoice stands. */
type Standing = Pick<Invoice, 'state' | 'duePence' | 'receivedPence' | 'refundedPence' | 'disputedPence' | 'dueOn'>;

/** How an invoice stands, in one word and colour. */
export function standingOf(invoice: Standing, today: LocalDate): { key: string; kind: 'yes' | 'no' | 'warn' } {
  const of = (word: string, kind: 'yes' | 'no' | 'warn') => ({ key: `payments:standing.${word}`, kind });
  if (invoice.disputedPence > 0) return of('disputed', 'no');
  if (invoice.state === 'open' && invoice.dueOn < today) return of('overdue', 'no');
  if (invoice.state === 'open') return of(invoice.receivedPence > invoice.refundedPence ? 'part-paid' : 'open', 'warn');
  if (invoice.duePence < 0) return of('overpaid', 'warn');
  return of(invoice.state.replace('_', '-'), 'yes');
}

/** A line of a list. @param href the page of an invoice */
export function lineView(line: InvoiceLineItem, today: LocalDate) {
  return {
    href: `/staff/payments/${line.id}`,
    number: line.number,
    business: line.businessName,
    issuedOn: line.issuedOn,
    dueOn: line.dueOn,
    grossPence: line.grossPence,
    owedPence: Math.max(line.duePence, 0),
    standing: standingOf(line, today),
  };
}

/** An invoice as owners and staff see it. */
export function invoiceView(
  invoice: Invoice,
  lines: readonly InvoiceLineRow[],
  instalments: readonly InvoiceInstalment[],
  today: LocalDate,
) {
  return {
    id: invoice.id,
    businessId: invoice.businessId,
    number: invoice.number,
    issuedOn: invoice.issuedOn,
    dueOn: invoice.dueOn,
    open: invoice.state === 'open',
    payerName: invoice.payerName,
    payerEmail: invoice.payerEmail,
    netPence: invoice.netPence,
    vatPence: invoice.vatPence,
    withVat: invoice.vatPence > 0,
    grossPence: invoice.grossPence,
    creditedPence: invoice.creditedPence,
    writtenOffPence: invoice.writtenOffPence,
    receivedPence: invoice.receivedPence,
    refundedPence: invoice.refundedPence,
    disputedPence: invoice.disputedPence,
    owedPence: invoice.owedPence,
    overpaidPence: invoice.overpaidPence,
    refundablePence: Math.max(invoice.refundablePence, 0),
    creditablePence: invoice.grossPence - invoice.creditedPence - invoice.writtenOffPence,
    standing: standingOf(invoice, today),
    lines: lines.map(({ description, quantity, unitNetPence, netPence }) => ({
      description,
      quantity,
      unitNetPence,
      netPence,
    })),
    instalments: instalments.length > 1 ? instalments.map(({ dueOn, pence }) => ({ dueOn, pence })) : [],
  };
}

/** @param base address before a document's id */
export function documentViews(documents: readonly PaymentDocument[], base: string) {
  return documents
    .filter(({ content }) => content !== null)
    .map(({ id, kind, number, issuedOn, grossPence }) => ({
      href: `${base}/${id}`,
      kindKey: `payments:document.${kind}`,
      number,
      issuedOn,
      grossPence,
    }));
}

const undoable = new Set(['receipt', 'refund', 'write_off']);

/** A transaction of the ledger as staff see it. */
export function ledgerView(line: LedgerLine, invoiceId: string) {
  const byHand = line.method === 'bank_transfer' || line.kind === 'write_off';
  return {
    kindKey: `payments:ledger.${line.kind}`,
    happenedOn: line.happenedOn,
    recordedAt: line.recordedAt,
    methodKey: line.method && `payments:method.${line.method}`,
    reference: line.reference,
    reason: line.reason,
    undone: line.undoneBy !== null,
    undoHref:
      byHand && undoable.has(line.kind) && !line.undoneBy ? `/staff/payments/${invoiceId}/undo/${line.id}` : null,
    entries: line.entries.map(({ account, pence }) => ({
      accountKey: `payments:account.${account}`,
      debitPence: pence > 0 ? pence : null,
      creditPence: pence < 0 ? -pence : null,
    })),
  };
}

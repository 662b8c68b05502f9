import type { Tx } from '@carers/database';
import { isUuid } from '@carers/kernel';
import { InvoiceNotFound } from '../payments.problems.js';
import { InvoiceInstalment } from './invoice-instalment.entity.js';
import { Invoice } from './invoice.entity.js';

/** An invoice, its row locked until the transaction ends, with its instalments. @throws InvoiceNotFound */
export async function lockedInvoice(
  tx: Tx,
  id: string,
): Promise<{ invoice: Invoice; instalments: InvoiceInstalment[] }> {
  const invoice = isUuid(id) ? await tx.findOne(Invoice, { where: { id }, lock: { mode: 'pessimistic_write' } }) : null;
  if (!invoice) throw new InvoiceNotFound();
  return { invoice, instalments: await instalmentsOf(tx, invoice.id) };
}

/** By place. */
export async function instalmentsOf(from: Pick<Tx, 'find'>, invoiceId: string): Promise<InvoiceInstalment[]> {
  return from.find(InvoiceInstalment, { where: { invoiceId }, order: { place: 'ASC' } });
}

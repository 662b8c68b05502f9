import { Database } from '@carers/database';
import { Corrections, Documents, type Invoice, Ledger } from '@carers/payments';
import type { TestApp } from '../support/app.js';
import { invoiceFor } from './invoices-support.js';
import type { Visitor } from './whole-world.js';

const system = { kind: 'system', id: 'test' } as const;
const day = '2026-11-21';

/** Invoices in every state of one business, and who goes where on the pages of invoices. */
export async function invoicePlaces(
  program: TestApp,
  { business, written }: { business: { id: string; name: string }; written: (text: string) => string },
): Promise<Record<string, [Visitor, ...string[]][]>> {
  const database = program.get(Database);
  const fee = { description: written('Application fee'), quantity: 2, unitNetPence: 14_500, vatRate: 2000 };
  const issue = (change = {}) => invoiceFor(program, business, { lines: [fee], ...change });
  const paid = async ({ id }: Invoice, pence: number) => {
    const told = {
      invoiceId: id,
      pence,
      method: 'bank_transfer' as const,
      reference: 'BACS 1',
      once: `${id}:${pence}`,
    };
    return database.transaction((tx) => program.get(Ledger).received(tx, { ...told, receivedOn: day }, system));
  };
  const parts = [
    { dueOn: '2026-11-01', pence: 20_000 },
    { dueOn: '2027-02-01', pence: 14_800 },
  ];
  const [open, late, over, yearly] = [await issue(), await issue({ instalments: parts }), await issue(), await issue({ purpose: 'x.annual' })]; // prettier-ignore
  await paid(late, 5_000);
  const slip = await paid(over, 40_000);
  const reason = written('Too many premises');
  await database.transaction(async (tx) => {
    await program.get(Corrections).credit(tx, { invoiceId: over.id, grossPence: 1_000, reason, once: over.id }, system);
    await program.get(Corrections).writeOff(tx, { invoiceId: late.id, reason, once: late.id }, system);
  });
  // One that never agreed to the terms reads them before it pays.
  await database.query('DELETE FROM terms_acceptance WHERE business_id = $1', [business.id]);
  const [document] = await program.get(Documents).ofInvoice(over.id);
  const own = `/business/${business.id}/payments`;
  const staff = '/staff/payments';
  return {
    '/business/:id/payments': [['owner', own]],
    '/business/:id/payments/statement.pdf': [['owner', `${own}/statement.pdf`]],
    '/business/:id/payments/documents/:document': [['owner', `${own}/documents/${document!.id}`]],
    '/business/:id/payments/:invoice': [['owner', ...[open, late, over, yearly].map(({ id }) => `${own}/${id}`)]],
    '/business/:id/payments/:invoice/pay': [['owner', `${own}/${open.id}/pay`, `${own}/${yearly.id}/pay`]],
    '/pay/:number': [['owner', `/pay/${open.number}`]],
    '/staff/payments': [['registrar', staff, `${staff}?state=overdue`, `${staff}?name=nobody-of-this-name`]],
    '/staff/payments/documents/:document': [['registrar', `${staff}/documents/${document!.id}`]],
    '/staff/payments/statements/:business': [['registrar', `${staff}/statements/${business.id}`]],
    '/staff/payments/:id': [['registrar', ...[open, late, over].map(({ id }) => `${staff}/${id}`)]],
    '/staff/payments/:id/undo/:transaction': [['registrar', `${staff}/${over.id}/undo/${slip.id}`]],
    ...Object.fromEntries(
      ['paid', 'refund', 'credit', 'write-off'].map((end) => [
        `/staff/payments/:id/${end}`,
        [['registrar', `${staff}/${over.id}/${end}`] as [Visitor, string]],
      ]),
    ),
  };
}

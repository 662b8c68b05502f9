import { randomUUID } from 'node:crypto';
import { Database } from '@carers/database';
import { type Invoice, Invoices } from '@carers/payments';
import type { TestApp } from '../support/app.js';
import type { Visitor } from './whole-world.js';

/**
 * An owner on the way to Stripe's page and back, and differences between our books and Stripe's.
 * @returns who goes where on the pages of payments by Stripe
 */
export async function stripePlaces(
  program: TestApp,
  { businessId, written }: { businessId: string; written: (text: string) => string },
): Promise<Record<string, [Visitor, ...string[]][]>> {
  const database = program.get(Database);
  const issue = (once: string): Promise<Invoice> =>
    database.transaction((tx) =>
      program.get(Invoices).issue(
        tx,
        {
          payer: { businessId, name: written('Olu Owner'), addressLines: ['1 The Quay'], email: 'owner@example.org' },
          purpose: 'trader-vetting.application',
          about: { kind: 'case', id: 'stripe' },
          once: `stripe-world:${once}`,
          lines: [{ description: written('Application fee'), quantity: 1, unitNetPence: 14_500, vatRate: 2000 }],
          dueOn: '2026-12-21',
        },
        { kind: 'system', id: 'test' },
      ),
    );
  const [leaving, processing, untouched] = [await issue('1'), await issue('2'), await issue('3')];
  const now = program.clock.now();
  // The address leads nowhere else, so that a browser stays on the page.
  await database.query(
    `INSERT INTO stripe_checkout (id, invoice_id, business_id, pence, request, state, session_id, url, created_at, expires_at)
       VALUES ($1, $2, $3, 17400, '{}', 'open', 'cs_world', '#stripe', $4, $4::timestamptz + interval '12 hours')`,
    [randomUUID(), leaving.id, businessId, now],
  );
  await database.query(
    `INSERT INTO stripe_payment (id, invoice_id, pence, state, created_at, looked_at)
       VALUES ('pi_world', $1, 17400, 'processing', $2, $2)`,
    [processing.id, now],
  );
  for (const [kind, what, ours, theirs] of [
    ['ours_only', 'payment', 17_400, null],
    ['theirs_only', 'refund', null, 500],
    ['amount', 'dispute', 17_400, 17_000],
  ] as const)
    await database.query(
      `INSERT INTO stripe_difference (id, kind, what, reference, invoice_id, ours_pence, theirs_pence, happened_on, found_at, seen_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, '2026-11-20', $8, $8)`,
      [randomUUID(), kind, what, written(`pi_0${what.length}${kind.length}`), leaving.id, ours, theirs, now],
    );
  const page = ({ id }: Invoice, end: string) => `/business/${businessId}/payments/${id}/${end}`;
  return {
    '/business/:id/payments/:invoice/checkout': [['owner', page(leaving, 'checkout')]],
    '/business/:id/payments/:invoice/returned': [
      ['owner', ...[leaving, processing, untouched].map((invoice) => page(invoice, 'returned'))],
    ],
    '/staff/payments/reconciliation': [['registrar', '/staff/payments/reconciliation']],
  };
}

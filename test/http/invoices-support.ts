import { Accounts } from '@carers/access';
import { Database } from '@carers/database';
import { type Invoice, Invoices, type NewInvoice } from '@carers/payments';
import type { TestApp } from '../support/app.js';
import { Browser } from './access-browser.js';
import { staffBrowser } from './staff-browser.js';

const system = { kind: 'system', id: 'test' } as const;
let names = 0;

/** An invoice of £145 and VAT for a business, unless told otherwise. */
export async function invoiceFor(
  program: TestApp,
  business: { id: string; name: string },
  change: Partial<NewInvoice> = {},
): Promise<Invoice> {
  return program.get(Database).transaction((tx) =>
    program.get(Invoices).issue(
      tx,
      {
        payer: {
          businessId: business.id,
          name: business.name,
          addressLines: ['1 The Quay', 'Poole', 'BH15 1HJ'],
          email: 'owner@quay-kitchen.example',
        },
        purpose: 'trader-vetting.application',
        about: { kind: 'test', id: 'test' },
        once: `invoice ${++names}`,
        lines: [{ description: 'Trader vetting: application', quantity: 1, unitNetPence: 14_500, vatRate: 2000 }],
        dueOn: '2026-12-21',
        ...change,
      },
      system,
    ),
  );
}

/** Somebody who may act for a business, signed in. */
export async function ownerOf(program: TestApp, businessId: string, email: string): Promise<Browser> {
  await program.get(Database).transaction(async (tx) => {
    const accounts = program.get(Accounts);
    const id = await accounts.ensure(tx, { email, name: 'Olu Owner' });
    await accounts.grant(tx, id, 'business_owner', { kind: 'business', id: businessId });
  });
  const browser = new Browser(program);
  await browser.signIn(email);
  return browser;
}

/** Somebody on the staff, signed in. */
export async function staffAs(
  program: TestApp,
  role: 'registrar' | 'vetting_officer' | 'carers_service_officer',
): Promise<Browser> {
  const id = await program.get(Database).transaction(async (tx) => {
    const accounts = program.get(Accounts);
    const made = await accounts.ensure(tx, { email: `${role}@staff.example`, name: role });
    await accounts.grant(tx, made, role, null, system);
    return made;
  });
  return staffBrowser(program, { kind: 'account', id });
}

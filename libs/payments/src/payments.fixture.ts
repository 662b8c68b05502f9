import { AccessModule } from '@carers/access';
import { AuditModule } from '@carers/audit';
import { Branches, Businesses, BusinessesModule, Categories } from '@carers/businesses';
import { Database, DatabaseModule, KernelModule, type Tx } from '@carers/database';
import { JobsModule } from '@carers/jobs';
import { Clock, SetClock } from '@carers/kernel';
import { MessagesModule } from '@carers/messages';
import { PagesModule } from '@carers/pages';
import { bundledScheme, SchemeBrandModule, SchemeService } from '@carers/places';
import { Settings, SettingsModule } from '@carers/settings';
import { Test, type TestingModule } from '@nestjs/testing';
import { testDatabase } from '../../../test/support/database.js';
import { testSettings } from '../../../test/support/settings.js';
import type { Invoice } from './invoices/invoice.entity.js';
import { Invoices, type NewInvoice } from './invoices/invoices.js';
import { Ledger } from './ledger/ledger.js';
import { PaymentsModule } from './payments.module.js';

export const actor = { kind: 'system', id: 'test' } as const;

/** Payments on a database of their own, with one business. */
export interface PaymentsWorld {
  app: TestingModule;
  database: Database;
  clock: SetClock;
  businessId: string;
  /** What is asked for by default: £145 and VAT, due in 30 days. */
  asked(change?: Partial<NewInvoice>): NewInvoice;
  issue(change?: Partial<NewInvoice>): Promise<Invoice>;
  /** Money by bank transfer. */
  pay(invoiceId: string, pence: number, once?: string): Promise<void>;
  get(invoiceId: string): Promise<Invoice>;
  in<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
}

let names = 0;

/** @param change settings that no environment variable of a test gives, such as no seller */
export async function paymentsWorld(
  env: Record<string, string> = {},
  change: Partial<Settings> = {},
): Promise<PaymentsWorld> {
  const clock = new SetClock('2026-11-21T10:00:00Z');
  const app = await Test.createTestingModule({
    imports: [
      SettingsModule.with(new Settings({ ...testSettings(await testDatabase(), env), ...change })),
      KernelModule,
      DatabaseModule.connectedAs('payments test'),
      JobsModule.for('asks'),
      AuditModule,
      MessagesModule,
      SchemeBrandModule,
      PagesModule,
      AccessModule,
      BusinessesModule,
      PaymentsModule,
    ],
  })
    .overrideProvider(Clock)
    .useValue(clock)
    .compile();
  await app.init();
  const database = app.get(Database);
  await app.get(SchemeService).loadScheme(await bundledScheme('dorset'));
  const [category] = await app.get(Categories).all();
  const branch = await app.get(Branches).place({ online: true, accessibility: [] });
  const facts = {
    name: 'Bright Pipes',
    kind: 'independent' as const,
    categoryId: category!.id,
    contactName: 'Jo Marsh',
    contactEmail: 'jo@pipes.example',
  };
  const { business } = await database.transaction((tx) => app.get(Businesses).draft(tx, facts, [branch], actor));
  const asked = (change: Partial<NewInvoice> = {}): NewInvoice => ({
    payer: {
      businessId: business.id,
      name: 'Bright Pipes',
      addressLines: ['1 The Quay', 'Poole', 'BH15 1HJ'],
      email: 'jo@pipes.example',
    },
    purpose: 'trader-vetting.application',
    about: { kind: 'vetting_case', id: 'case' },
    once: `asked ${++names}`,
    lines: [{ description: 'Application', quantity: 1, unitNetPence: 14_500, vatRate: 2000 }],
    dueOn: '2026-12-21',
    ...change,
  });
  return {
    app,
    database,
    clock,
    businessId: business.id,
    asked,
    issue: (change) => database.transaction((tx) => app.get(Invoices).issue(tx, asked(change), actor)),
    pay: async (invoiceId, pence, once = `paid ${++names}`) => {
      const told = { invoiceId, pence, method: 'bank_transfer' as const, reference: 'BACS 1', once };
      await database.transaction((tx) => app.get(Ledger).received(tx, { ...told, receivedOn: clock.today() }, actor));
    },
    get: (invoiceId) => app.get(Invoices).get(invoiceId),
    in: (work) => database.transaction(work),
  };
}

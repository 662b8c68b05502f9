import { type AddressInfo, createServer } from 'node:net';
import { Accounts } from '@carers/access';
import { BusinessTerms } from '@carers/businesses';
import { Database } from '@carers/database';
import {
  type Invoice,
  Invoices,
  type NewInvoice,
  PaymentEvents,
  type PaymentEvent,
  StripeSweep,
} from '@carers/payments';
import type { Response } from 'supertest';
import { startTestApp, type TestApp } from '../support/app.js';
import { testDatabase } from '../support/database.js';
import { Given } from '../support/given.js';
import { StripeStandIn } from '../support/stripe/stand-in.js';
import { Browser } from './access-browser.js';

/** The version that the program must ask for. */
const apiVersion = '2026-10-28.endive';

/** The program with a Stripe of its own, a business and its owner. */
export interface StripeWorld {
  program: TestApp;
  stripe: StripeStandIn;
  owner: Browser;
  businessId: string;
  databaseUrl: string;
  /** Where it listens, if it does. */
  origin: string;
  /** What listeners were told of each invoice, oldest first. */
  told: Map<string, PaymentEvent[]>;
  /** A new invoice of the business, of £174 with VAT unless told otherwise. */
  invoice(changes?: Partial<NewInvoice>): Promise<Invoice>;
  /** The invoice as it is now. */
  now(invoice: { id: string }): Promise<Invoice>;
  /** Presses the button. */
  press(invoice: { id: string }, businessId?: string): Promise<Response>;
  /** Presses the button, and gives the session of Stripe that the owner is led to. */
  checkout(invoice: { id: string }): Promise<string>;
  /** Delivers every event that waits to the webhook, then does the work. */
  hear(): Promise<void>;
  /** Some minutes later, looks at what has no end. */
  sweep(): Promise<void>;
  /** How many rows a query counts. */
  count(sql: string, ...values: unknown[]): Promise<number>;
  close(): Promise<void>;
}

let names = 0;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/**
 * @param at what time it is; the machine's, where another process goes by that
 * @param listens at an address of its own, so that a browser can be led back to it
 */
export async function stripeWorld(options: { at?: string; listens?: boolean } = {}): Promise<StripeWorld> {
  const databaseUrl = await testDatabase();
  const clock: { now?: () => Date } = {};
  const stripe = await new StripeStandIn({ apiVersion, now: () => clock.now?.() ?? new Date() }).start();
  const port = options.listens ? await freePort() : 0;
  const origin = `http://127.0.0.1:${port}`;
  const env = { ...stripe.env, ...(options.listens && { PUBLIC_URL: origin }) };
  const program = await startTestApp({ databaseUrl, env, at: options.at });
  if (options.listens) await program.app.listen(port, '127.0.0.1');
  clock.now = () => program.clock.now();
  const given = new Given(program);
  await given.scheme();
  const { business } = await given.business();
  const database = program.get(Database);
  const email = `owner${++names}@trade.example`;
  await database.transaction(async (tx) => {
    const accounts = program.get(Accounts);
    const id = await accounts.ensure(tx, { email, name: 'Sam Owner' });
    await accounts.grant(tx, id, 'business_owner', { kind: 'business', id: business.id });
    const terms = program.get(BusinessTerms);
    await terms.accept(tx, business.id, (await terms.current(tx)).version, id);
  });
  const owner = new Browser(program);
  await owner.signIn(email);
  const told = new Map<string, PaymentEvent[]>();
  const kinds: PaymentEvent[] = ['paid', 'part_paid', 'failed', 'disputed', 'dispute_won', 'dispute_lost', 'refunded'];
  for (const kind of kinds)
    program.get(PaymentEvents).on(kind, async (_, { invoiceId }) => {
      told.set(invoiceId, [...(told.get(invoiceId) ?? []), kind]);
    });
  const now = (invoice: { id: string }) => program.get(Invoices).get(invoice.id);

  // Any page of the owner with a form has the token that the button's form has.
  const press = (invoice: { id: string }, of = business.id) =>
    owner.submit(`/business/${business.id}/leave`, {}, `/business/${of}/payments/${invoice.id}/checkout`);

  return {
    origin,
    press,
    program,
    stripe,
    owner,
    businessId: business.id,
    databaseUrl,
    told,
    now,
    invoice: (changes = {}) =>
      database.transaction((tx) =>
        program.get(Invoices).issue(
          tx,
          {
            payer: { businessId: business.id, name: 'Marsh Plumbing', addressLines: ['1 The Quay'], email },
            purpose: 'trader-vetting.application',
            about: { kind: 'case', id: 'one' },
            once: `test:${++names}`,
            lines: [{ description: 'Application fee', quantity: 1, unitNetPence: 14_500, vatRate: 2000 }],
            dueOn: '2026-12-21',
            ...changes,
          },
          { kind: 'system', id: 'test' },
        ),
      ),
    async checkout({ id }) {
      const path = `/business/${business.id}/payments/${id}`;
      const asked = await press({ id });
      if (asked.headers['location'] !== `${path}/checkout`) throw new Error(`${asked.status} ${asked.text}`);
      const leave = await owner.get(`${path}/checkout`);
      const session = /\/c\/pay\/(cs_\w+)/.exec(leave.text)?.[1];
      if (!session) throw new Error(leave.text);
      return session;
    },
    async hear() {
      for (const event of stripe.unsent()) {
        const { body, signature } = stripe.signed(event);
        await program
          .browser()
          .post('/webhooks/stripe')
          .set('content-type', 'application/json')
          .set('stripe-signature', signature)
          .send(body)
          .expect(200);
      }
      await program.work();
    },
    async sweep() {
      program.clock.advance({ minutes: 5 });
      await program.get(StripeSweep).sweep();
      await program.work();
    },
    async count(sql, ...values) {
      const [row] = await database.query<{ n: string }>(`SELECT count(*) AS n FROM ${sql}`, values);
      return Number(row!.n);
    },
    async close() {
      await program.close();
      await stripe.stop();
    },
  };
}

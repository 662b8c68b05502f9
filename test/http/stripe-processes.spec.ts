import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { JobRunner } from '@carers/jobs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { send } from '../support/stripe/webhooks.js';
import { stripeWorld, type StripeWorld } from './stripe-support.js';

describe('Stripe’s messages to two processes on one database', () => {
  let world: StripeWorld;
  let second: ChildProcess | undefined;
  beforeAll(async () => {
    // The other process goes by the machine's clock, so this one holds it at the present.
    world = await stripeWorld({ at: new Date().toISOString() });
    await world.program.app.listen(0, '127.0.0.1');
  }, 60_000);
  afterEach(() => {
    second?.kill('SIGKILL');
    second = undefined;
  });
  afterAll(() => world?.close());

  async function startSecond(): Promise<string> {
    const child = fork(
      join(import.meta.dirname, '..', 'support', 'stripe', 'second-process.ts'),
      [world.databaseUrl, JSON.stringify(world.stripe.env)],
      {
        execArgv: ['--import', join(import.meta.dirname, '..', 'support', 'typescript.mjs')],
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      },
    );
    second = child;
    return new Promise<string>((resolve, reject) => {
      child.once('message', (address) => resolve(String(address)));
      child.once('exit', (code) => reject(new Error(`The second process ended with ${code}.`)));
    });
  }

  const until = async (isSo: () => Promise<boolean>) => {
    for (let tries = 0; tries < 600; tries++) {
      if (await isSo()) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('It did not come to that.');
  };
  const waiting = () => world.count('stripe_event WHERE dealt_with_at IS NULL');

  it('have one effect, replayed a hundred times each and in random order', async () => {
    const other = await startSecond();
    const addresses = [await world.program.app.getUrl(), other];
    await world.program.get(JobRunner).start();
    const invoices = [await world.invoice(), await world.invoice(), await world.invoice()];
    const [byCard, byBank, bounced] = invoices as [(typeof invoices)[0], (typeof invoices)[0], (typeof invoices)[0]];
    const card = world.stripe.payer.pay(await world.checkout(byCard));
    const bank = world.stripe.payer.pay(await world.checkout(byBank), 'bacs_debit');
    const back = world.stripe.payer.pay(await world.checkout(bounced), 'bacs_debit');
    world.stripe.payer.bankPays(bank.id);
    world.stripe.payer.bankRefuses(back.id);
    world.stripe.payer.dashboardRefunds(card.id, 400);
    const dispute = world.stripe.payer.disputes(bank.id);
    expect(dispute.status).toBe('lost');

    const events = world.stripe.unsent();
    const unknown = { ...events[0]!, id: 'evt_unknown', type: 'wombat.escaped' };
    // Those that mean most a hundred times, the others three times.
    const weighty = /^checkout\.|^charge\.(?:refunded|dispute)|^wombat/;
    const deliveries = [...events, unknown].flatMap((event) =>
      Array.from({ length: weighty.test(event.type) ? 100 : 3 }, () => ({
        by: Math.random(),
        delivery: world.stripe.signed(event),
      })),
    );
    deliveries.sort((one, another) => one.by - another.by);
    const statuses = new Set<number>();
    const lanes = Array.from({ length: 24 }, async (_, lane) => {
      for (let at = lane; at < deliveries.length; at += 24)
        statuses.add(await send(`${addresses[at % 2]}/webhooks/stripe`, deliveries[at]!.delivery));
    });
    await Promise.all(lanes);
    expect([...statuses]).toEqual([200]);
    await until(async () => (await waiting()) === 0);

    expect(await world.count('stripe_event')).toBe(events.length + 1);
    const of = (id: string) => world.count('ledger_transaction WHERE invoice_id = $1', id);
    // Issued, received, refunded · issued, received, disputed, lost · issued.
    expect([await of(byCard.id), await of(byBank.id), await of(bounced.id)]).toEqual([3, 4, 1]);
    expect(await world.now(byCard)).toMatchObject({ receivedPence: 17_400, refundedPence: 400 });
    expect(await world.now(byBank)).toMatchObject({ receivedPence: 17_400, refundedPence: 17_400, state: 'open' });
    expect(await world.now(bounced)).toMatchObject({ receivedPence: 0, state: 'open' });
    const mails = (template: string) => world.count('outgoing_message WHERE template = $1', `payments/${template}`);
    expect([await mails('receipt'), await mails('payment-failed'), await mails('payment-disputed')]).toEqual([2, 1, 1]);
    const sums = await world.count(
      '(SELECT sum(pence) FROM ledger_entry GROUP BY transaction_id) t(sum) WHERE sum <> 0',
    );
    expect(sums).toBe(0);
  }, 300_000);

  it('may be lost, and a process killed before Stripe’s answer reached it: the payment is found', async () => {
    const other = await startSecond();
    const invoice = await world.invoice();
    const held = world.stripe.faults.hold('POST', /checkout\/sessions$/);
    const cookies = world.owner.agent.jar
      .getCookies({ domain: '127.0.0.1', path: '/', secure: false, script: false })
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
    const token = /name="_csrf" value="([^"]+)"/.exec(
      (await world.owner.get(`/business/${world.businessId}/leave`)).text,
    )![1]!;
    const asked = fetch(`${other}/business/${world.businessId}/payments/${invoice.id}/checkout`, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie: cookies },
      body: new URLSearchParams({ _csrf: token }),
    }).catch(() => null);
    await held.arrived;
    second!.kill('SIGKILL');
    expect(await asked).toBeNull();
    held.release();
    expect(await world.count(`stripe_checkout WHERE invoice_id = $1 AND state = 'asked'`, invoice.id)).toBe(1);

    // Somebody saw the page all the same and paid; no message of it ever comes.
    const session = world.stripe.account
      .all('checkout.session')
      .find((each) => each.client_reference_id === invoice.id)!;
    world.stripe.payer.pay(session.id);
    world.stripe.unsent();
    world.program.clock.set(new Date().toISOString());
    await world.sweep();
    expect(await world.now(invoice)).toMatchObject({ state: 'paid', receivedPence: 17_400 });
    expect(
      world.stripe.account.all('checkout.session').filter((each) => each.client_reference_id === invoice.id),
    ).toHaveLength(1);
  }, 300_000);
});

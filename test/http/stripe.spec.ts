import { BusinessTerms } from '@carers/businesses';
import { Database } from '@carers/database';
import { Ledger } from '@carers/payments';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stripeWorld, type StripeWorld } from './stripe-support.js';

describe('paying by Stripe', () => {
  let world: StripeWorld;
  beforeAll(async () => {
    world = await stripeWorld();
  });
  afterAll(() => world?.close());

  const page = (invoice: { id: string }) => `/business/${world.businessId}/payments/${invoice.id}`;
  const sessionOf = (id: string) => world.stripe.account.find('checkout.session', id);

  it('opens Stripe’s page for exactly what is owed, and the same page to whoever asks again', async () => {
    const invoice = await world.invoice();
    const [first, second] = [await world.checkout(invoice), await world.checkout(invoice)];
    expect(second).toBe(first);
    const session = sessionOf(first);
    expect(session).toMatchObject({
      amount_total: 17_400,
      client_reference_id: invoice.id,
      metadata: { invoice: invoice.id, business: world.businessId, scheme: 'dorset' },
      success_url: expect.stringMatching(/\/returned$/),
    });
    // A fee that is paid once leaves no mandate.
    expect(session.payment_method_options).toEqual({});
    const shown = await world.owner.get(`${page(invoice)}/returned`);
    expect(shown.text).toContain('checking your payment');
    expect(shown.text).toContain('http-equiv="refresh"');
  });

  it('believes Stripe, and never the browser that returns', async () => {
    const invoice = await world.invoice();
    const session = await world.checkout(invoice);
    await world.owner.get(`${page(invoice)}/returned`);
    await world.program.work();
    expect(await world.now(invoice)).toMatchObject({ state: 'open', duePence: 17_400 });
    world.stripe.payer.pay(session);
    await world.hear();
    expect(await world.now(invoice)).toMatchObject({ state: 'paid', receivedPence: 17_400 });
    expect(world.told.get(invoice.id)).toEqual(['paid']);
    expect((await world.owner.get(`${page(invoice)}/returned`)).text).toContain('Payment received');
    const again = await world.press(invoice);
    expect(again.headers['location']).toBe(`${page(invoice)}/returned`);
  });

  it('waits for the bank where a Direct Debit is chosen, and lets nobody pay a second time meanwhile', async () => {
    const invoice = await world.invoice();
    const { id } = world.stripe.payer.pay(await world.checkout(invoice), 'bacs_debit');
    await world.hear();
    expect(await world.now(invoice)).toMatchObject({ state: 'open' });
    expect((await world.owner.get(`${page(invoice)}/returned`)).text).toContain('on its way');
    const again = await world.press(invoice);
    expect(again.headers['location']).toBe(`${page(invoice)}/returned`);
    world.stripe.payer.bankPays(id);
    await world.hear();
    expect(await world.now(invoice)).toMatchObject({ state: 'paid' });
  });

  it('tells once of a debit that the bank sent back, and opens the way to pay again', async () => {
    const invoice = await world.invoice();
    const { id } = world.stripe.payer.pay(await world.checkout(invoice), 'bacs_debit');
    await world.hear();
    world.stripe.payer.bankRefuses(id);
    await world.hear();
    await world.hear();
    expect(world.told.get(invoice.id)).toEqual(['failed']);
    const [mail] = (await world.program.outbox()).filter(({ subject }) => subject?.includes('did not arrive'));
    expect(mail?.text).toContain(invoice.number);
    expect((await world.owner.get(`${page(invoice)}/returned`)).text).toContain('Nothing has been paid');
    world.stripe.payer.pay(await world.checkout(invoice));
    await world.hear();
    expect(await world.now(invoice)).toMatchObject({ state: 'paid', receivedPence: 17_400 });
  });

  it('says nothing of a card that was declined: the payer is told on Stripe’s page and tries again there', async () => {
    const invoice = await world.invoice();
    const session = await world.checkout(invoice);
    world.stripe.payer.isDeclined(session);
    await world.hear();
    expect(world.told.get(invoice.id)).toBeUndefined();
    expect(await world.checkout(invoice)).toBe(session);
    world.stripe.payer.pay(session);
    await world.hear();
    expect(world.told.get(invoice.id)).toEqual(['paid']);
  });

  it('is not for a yearly fee whose terms nobody has agreed to', async () => {
    const invoice = await world.invoice({ purpose: 'trader-vetting.annual' });
    const database = world.program.get(Database);
    const terms = world.program.get(BusinessTerms);
    await database.query(`DELETE FROM terms_acceptance WHERE business_id = $1`, [world.businessId]);
    expect((await world.press(invoice)).headers['location']).toBe(`${page(invoice)}/pay`);
    await database.transaction(async (tx) =>
      terms.accept(tx, world.businessId, (await terms.current(tx)).version, null),
    );
    expect((await world.press(invoice)).headers['location']).toBe(`${page(invoice)}/checkout`);
  });

  it('closes the page when the sum has changed, and opens another for the rest', async () => {
    const invoice = await world.invoice();
    const before = await world.checkout(invoice);
    await world.program.get(Database).transaction((tx) =>
      world.program.get(Ledger).received(
        tx,
        {
          invoiceId: invoice.id,
          pence: 7400,
          method: 'bank_transfer',
          reference: 'x',
          once: `x:${invoice.id}`,
          receivedOn: '2026-11-21',
        },
        { kind: 'system', id: 'test' },
      ),
    );
    const after = await world.checkout(invoice);
    expect(after).not.toBe(before);
    expect(sessionOf(before).status).toBe('expired');
    expect(sessionOf(after).amount_total).toBe(10_000);
  });

  it('closes the page at once when a part was paid in another way, before too much can be paid on it', async () => {
    const invoice = await world.invoice();
    const session = await world.checkout(invoice);
    const part = { pence: 7400, method: 'bank_transfer' as const, reference: 'x', receivedOn: '2026-11-21' };
    await world.program
      .get(Database)
      .transaction((tx) =>
        world.program
          .get(Ledger)
          .received(tx, { invoiceId: invoice.id, once: `part:${invoice.id}`, ...part }, { kind: 'system', id: 'test' }),
      );
    await world.program.work();
    expect(sessionOf(session).status).toBe('expired');
  });

  it('closes the page when the invoice was paid in another way', async () => {
    const invoice = await world.invoice();
    const session = await world.checkout(invoice);
    await world.program.get(Database).transaction((tx) =>
      world.program.get(Ledger).received(
        tx,
        {
          invoiceId: invoice.id,
          pence: 17_400,
          method: 'bank_transfer',
          reference: 'x',
          once: `y:${invoice.id}`,
          receivedOn: '2026-11-21',
        },
        { kind: 'system', id: 'test' },
      ),
    );
    await world.program.work();
    expect(sessionOf(session).status).toBe('expired');
  });

  it('lets go of what Stripe does not know, for the key may lead to another account', async () => {
    const invoice = await world.invoice();
    const session = await world.checkout(invoice);
    const { account } = world.stripe;
    const customer = account.find('customer', sessionOf(session).customer as string);
    account.forget(session);
    account.forget(customer.id);
    await world.sweep();
    expect(await world.count(`stripe_checkout WHERE session_id = $1 AND state = 'lost'`, session)).toBe(1);
    expect((await world.press(invoice)).status).toBe(503);
    expect(await world.count('stripe_customer WHERE business_id = $1', world.businessId)).toBe(0);
    account.keep(customer);
    expect(await world.checkout(invoice)).not.toBe(session);
  });

  it('shows nobody the invoice of another business', async () => {
    const invoice = await world.invoice();
    const nobody = '00000000-0000-7000-8000-000000000000';
    const stranger = page(invoice).replace(world.businessId, nobody);
    expect((await world.owner.get(`${stranger}/returned`)).status).toBe(404);
    expect((await world.press(invoice, nobody)).status).toBe(404);
  });

  it('makes one customer and one page for twenty people who press the button at once', async () => {
    const other = await stripeWorld();
    try {
      const invoice = await other.invoice();
      await Promise.all(Array.from({ length: 20 }, () => other.checkout(invoice)));
      expect(other.stripe.account.all('customer')).toHaveLength(1);
      expect(other.stripe.account.all('checkout.session')).toHaveLength(1);
    } finally {
      await other.close();
    }
  });

  it('says so when Stripe is not there, and leaves nothing behind that could be paid twice', async () => {
    const invoice = await world.invoice();
    world.stripe.faults.plan('POST', /sessions$/, 'unavailable', 9);
    const refused = await world.press(invoice);
    expect(refused.status).toBe(503);
    expect(refused.text).toContain('cannot reach Stripe');
    world.stripe.faults.clear();
    world.stripe.payer.pay(await world.checkout(invoice));
    await world.hear();
    expect(await world.now(invoice)).toMatchObject({ receivedPence: 17_400 });
  });
});

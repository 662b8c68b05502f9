import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Stripe } from 'stripe';
import { StripeStandIn } from './stand-in.js';

const apiVersion = Stripe.API_VERSION as '2026-10-28.endive';

describe('the stand-in for Stripe, asked by Stripe’s own library', () => {
  const standIn = new StripeStandIn({ apiVersion });
  let stripe: Stripe;
  beforeAll(async () => {
    await standIn.start();
    stripe = client(standIn.secretKey);
  });
  afterAll(() => standIn.stop());

  function client(key: string, version: string = apiVersion): Stripe {
    const { hostname, port } = new URL(standIn.origin);
    const config = { host: hostname, port, protocol: 'http', maxNetworkRetries: 0, telemetry: false } as const;
    return new Stripe(key, { ...config, apiVersion: version as typeof apiVersion });
  }
  const refused = async (work: Promise<unknown>) => {
    const error = await work.then(
      () => null,
      (reason: unknown) => reason,
    );
    if (!(error instanceof Stripe.errors.StripeError)) throw new Error('It was not refused.');
    const { statusCode, rawType, code, param } = error;
    return { statusCode, rawType, code, param };
  };
  const line = (pence: number) => ({
    quantity: 1,
    price_data: { currency: 'gbp', unit_amount: pence, product_data: { name: 'Fee' } },
  });
  const open = (more: Stripe.Checkout.SessionCreateParams = {}, options?: Stripe.RequestOptions) =>
    stripe.checkout.sessions.create(
      {
        mode: 'payment',
        allowed_payment_method_types: ['card', 'bacs_debit'],
        line_items: [line(14_500), line(2900)],
        success_url: 'http://127.0.0.1/done?s={CHECKOUT_SESSION_ID}',
        payment_method_options: { bacs_debit: { setup_future_usage: 'off_session' } },
        payment_intent_data: { metadata: { invoice_id: 'one' } },
        ...more,
      },
      options,
    );

  it('refuses what Stripe of this version does not know, and what is missing or wrong', async () => {
    const old = { payment_method_types: ['card'] } as unknown as Stripe.Checkout.SessionCreateParams;
    expect(await refused(open(old))).toMatchObject({
      statusCode: 400,
      code: 'parameter_unknown',
      param: 'payment_method_types',
    });
    const nested = { payment_intent_data: { nickname: 'x' } } as unknown as Stripe.Checkout.SessionCreateParams;
    expect(await refused(open(nested))).toMatchObject({ param: 'payment_intent_data[nickname]' });
    expect(await refused(open({ success_url: undefined }))).toMatchObject({
      code: 'parameter_missing',
      param: 'success_url',
    });
    expect(await refused(open({ success_url: 'nowhere' }))).toMatchObject({ code: 'url_invalid' });
    expect(await refused(open({ customer: 'cus_none' }))).toMatchObject({ statusCode: 400, code: 'resource_missing' });
    expect(await refused(open({ line_items: [line(1)] }))).toMatchObject({ code: 'amount_too_small' });
    expect(await refused(open({ line_items: [line(1.5)] }))).toMatchObject({ code: 'parameter_invalid_integer' });
    expect(await refused(open({ expires_at: 1 }))).toMatchObject({ param: 'expires_at' });
    expect(await refused(stripe.prices.create({ currency: 'gbp' }))).toMatchObject({ statusCode: 404 });
    expect(await refused(stripe.charges.retrieve('ch_none'))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
    });
  });

  it('wants its key and its version', async () => {
    expect(await refused(client('sk_test_other').customers.create({}))).toMatchObject({ statusCode: 401 });
    expect(await refused(client(standIn.secretKey, '2024-06-20').customers.create({}))).toMatchObject({
      statusCode: 400,
    });
  });

  it('answers a key once, refuses it for another request, and lets nobody in between', async () => {
    const first = await stripe.customers.create({ metadata: { a: '1' } }, { idempotencyKey: 'k1' });
    const again = await stripe.customers.create({ metadata: { a: '1' } }, { idempotencyKey: 'k1' });
    expect(again.id).toBe(first.id);
    expect(again.lastResponse.headers['idempotent-replayed']).toBe('true');
    const other = stripe.customers.create({ metadata: { a: '2' } }, { idempotencyKey: 'k1' });
    expect(await refused(other)).toMatchObject({ statusCode: 400, rawType: 'idempotency_error' });
    const held = standIn.faults.hold('POST', /customers$/);
    const slow = stripe.customers.create({}, { idempotencyKey: 'k2' });
    await held.arrived;
    expect(await refused(stripe.customers.create({}, { idempotencyKey: 'k2' }))).toMatchObject({ statusCode: 409 });
    held.release();
    expect((await stripe.customers.create({}, { idempotencyKey: 'k2' })).id).toBe((await slow).id);
    // Refused for its parameters, a key was never used; broken in the middle, it stays broken.
    await refused(open({ success_url: 'nowhere' }, { idempotencyKey: 'k3' }));
    expect((await open({}, { idempotencyKey: 'k3' })).status).toBe('open');
    standIn.faults.plan('POST', /sessions$/, 'error');
    expect(await refused(open({}, { idempotencyKey: 'k4' }))).toMatchObject({ statusCode: 500 });
    expect(await refused(open({}, { idempotencyKey: 'k4' }))).toMatchObject({ statusCode: 500 });
  });

  it('breaks when asked to', async () => {
    standIn.faults.plan('GET', /customers/, 'rate limit');
    expect(await refused(stripe.customers.retrieve('cus_1'))).toMatchObject({ statusCode: 429 });
    standIn.faults.plan('POST', /sessions$/, 'lost answer', 2);
    expect(await refused(open({}, { idempotencyKey: 'k5' }))).toMatchObject({ statusCode: undefined });
    const found = await open({}, { idempotencyKey: 'k5' });
    expect(found.lastResponse.headers['idempotent-replayed']).toBe('true');
  });

  it('is paid by card at once and by a bank days later, with money in the balance', async () => {
    const session = await open();
    expect(session).toMatchObject({ amount_total: 17_400, payment_intent: null, status: 'open' });
    const { id } = standIn.payer.pay(session.id);
    expect(await stripe.checkout.sessions.retrieve(session.id)).toMatchObject({ payment_status: 'paid', url: null });
    const intent = await stripe.paymentIntents.retrieve(id, { expand: ['latest_charge.balance_transaction'] });
    expect(intent).toMatchObject({ status: 'succeeded', metadata: { invoice_id: 'one' } });
    expect(intent.latest_charge).toMatchObject({ balance_transaction: { amount: 17_400 } });

    const customer = await stripe.customers.create({});
    const later = await open({ customer: customer.id });
    const debit = standIn.payer.pay(later.id, 'bacs_debit');
    expect(debit.status).toBe('processing');
    expect(await stripe.checkout.sessions.retrieve(later.id)).toMatchObject({
      status: 'complete',
      payment_status: 'unpaid',
    });
    standIn.payer.bankPays(debit.id);
    const again = await stripe.paymentIntents.create({
      amount: 500,
      currency: 'gbp',
      customer: customer.id,
      payment_method: String(debit.payment_method),
      allowed_payment_method_types: ['bacs_debit'],
      confirm: true,
      off_session: true,
    });
    expect(again.status).toBe('processing');
    expect(await refused(stripe.checkout.sessions.expire(later.id))).toMatchObject({ statusCode: 400 });
  });

  it('gives money back, and lists what moved page by page', async () => {
    const { id } = standIn.payer.pay((await open()).id);
    const part = await stripe.refunds.create({ payment_intent: id, amount: 400, reason: 'requested_by_customer' });
    expect(part).toMatchObject({ status: 'succeeded', amount: 400 });
    expect(await refused(stripe.refunds.create({ payment_intent: id, amount: 17_001 }))).toMatchObject({
      param: 'amount',
    });
    const dispute = standIn.payer.disputes(id);
    expect(await refused(stripe.refunds.create({ payment_intent: id }))).toMatchObject({ code: 'charge_disputed' });
    standIn.payer.closeDispute(dispute.id, 'won');
    const moved: number[] = [];
    for await (const { amount } of stripe.balanceTransactions.list({ limit: 2, created: { gte: 1 } }))
      moved.push(amount);
    expect(moved.slice(0, 4)).toEqual([17_400, -17_400, -400, 17_400]);
    expect((await stripe.disputes.list({ payment_intent: id })).data).toHaveLength(1);
  });

  it('has a page for the payer, and signs what happens as Stripe does', async () => {
    const session = await open();
    expect(await (await fetch(session.url!)).text()).toContain('Pay £174.00');
    const answer = await fetch(session.url!, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ by: 'card' }),
    });
    expect(answer.headers.get('location')).toBe(`http://127.0.0.1/done?s=${session.id}`);
    expect((await fetch(session.url!)).status).toBe(410);
    const event = standIn.events('checkout.session.completed').at(-1)!;
    const { body, signature } = standIn.signed(event);
    expect(Stripe.webhooks.constructEvent(body, signature, standIn.webhookSecret)).toEqual(JSON.parse(body));
    expect(() => Stripe.webhooks.constructEvent(`${body} `, signature, standIn.webhookSecret)).toThrow();
  });

  it('ends sessions whose time has come, and says so', async () => {
    let now = new Date();
    const early = await new StripeStandIn({ apiVersion, now: () => now }).start();
    const { hostname, port } = new URL(early.origin);
    const asked = new Stripe(early.secretKey, { host: hostname, port, protocol: 'http' });
    const { id } = await asked.checkout.sessions.create({
      mode: 'payment',
      line_items: [line(100)],
      success_url: 'http://a/',
    });
    now = new Date(now.getTime() + 86_400_000);
    expect(await asked.checkout.sessions.retrieve(id)).toMatchObject({ status: 'expired', url: null });
    expect(early.events('checkout.session.expired')).toHaveLength(1);
    await early.stop();
  });
});

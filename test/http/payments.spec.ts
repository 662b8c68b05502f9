import { Database } from '@carers/database';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Stripe } from 'stripe';
import { startTestApp, type TestApp } from '../support/app.js';

describe('Stripe’s webhook', () => {
  let running: TestApp;
  beforeAll(async () => {
    running = await startTestApp({ env: { STRIPE_WEBHOOK_SECRET: 'whsec_new,whsec_old' } });
  });
  afterAll(() => running?.close());

  const payload = (id: string) =>
    JSON.stringify({
      id,
      object: 'event',
      type: 'checkout.session.completed',
      created: 1_795_000_000,
      data: { object: { id: 'cs_1' } },
    });
  const send = (body: string, options: { secret?: string; secondsOld?: number; signed?: string } = {}) => {
    const timestamp = Math.floor(running.clock.now().getTime() / 1000) - (options.secondsOld ?? 0);
    const header = Stripe.webhooks.generateTestHeaderString({
      payload: options.signed ?? body,
      secret: options.secret ?? 'whsec_new',
      timestamp,
    });
    return running
      .browser()
      .post('/webhooks/stripe')
      .set('content-type', 'application/json')
      .set('stripe-signature', header)
      .send(body);
  };
  const kept = (id: string) =>
    running.get(Database).query<{ dealt_with_at: Date | null }>('SELECT * FROM stripe_event WHERE id = $1', [id]);

  it('keeps a genuine event once, however often and at whatever the same time it comes', async () => {
    await Promise.all(Array.from({ length: 20 }, () => send(payload('evt_1')).expect(200, { received: true })));
    await send(payload('evt_1')).expect(200);
    expect(await kept('evt_1')).toHaveLength(1);
    await running.work();
    expect((await kept('evt_1'))[0]?.dealt_with_at).toEqual(running.clock.now());
  });

  it('takes the old secret too while it is being rotated', async () => {
    await send(payload('evt_2'), { secret: 'whsec_old' }).expect(200);
    expect(await kept('evt_2')).toHaveLength(1);
  });

  it('refuses a wrong secret, an altered body, an old signature and none', async () => {
    await send(payload('evt_3'), { secret: 'whsec_other' }).expect(403);
    await send(payload('evt_3'), { signed: payload('evt_4') }).expect(403);
    await send(payload('evt_3'), { secondsOld: 301 }).expect(403);
    await running.browser().post('/webhooks/stripe').send({ id: 'evt_3' }).expect(403);
    expect(await kept('evt_3')).toHaveLength(0);
  });
});

import { createHmac } from 'node:crypto';
import { Database } from '@carers/database';
import { bundledScheme, SchemeService } from '@carers/places';
import { PDFDocument } from '@cantoo/pdf-lib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { carersInBulk } from '../../../../test/support/carers-in-bulk.js';
import { givenBulletin, officerOf } from '../../../../test/support/given-bulletin.js';
import { NotifyStandIn } from '../../../../test/support/notify/stand-in.js';
import { startTestWorker, type TestWorker } from '../../../../test/support/worker.js';
import { ReconcileNotify } from './bounces/reconcile.js';
import type { Officer } from './officer.js';
import { Sendings } from './sendings.js';

const secret = '22222222-2222-4222-8222-222222222222';
const serviceId = '11111111-1111-4111-8111-111111111111';

describe('a bulletin that Notify carries', () => {
  const notify = new NotifyStandIn();
  let running: TestWorker;
  let service: string;
  let officer: Officer;
  let bodies: { kind: string; body: Record<string, unknown> }[];
  const query = <Row extends object>(text: string, values: unknown[] = []) =>
    running.get(Database).query<Row>(text, values);
  const copies = async (id: string) =>
    query<{ id: string; channel: string; state: string; cost: string; units: number | null; error: string | null }>(
      `SELECT id, channel, state, cost_pence AS cost, units, error FROM delivery WHERE bulletin_id = $1 ORDER BY id`,
      [id],
    );
  const statesOf = async (id: string, channel: string) =>
    (await copies(id)).filter((copy) => copy.channel === channel).map(({ state }) => state);
  const stateOf = async (id: string) =>
    (await query<{ state: string }>('SELECT state FROM bulletin WHERE id = $1', [id]))[0]!.state;
  const due = () => query(`UPDATE queue.job SET start_after = now() WHERE state = 'created'`);
  const sent = async () => {
    const id = await givenBulletin(running.app, service, officer);
    await running.get(Sendings).confirm(id, null, officer);
    await running.work();
    return id;
  };
  const reconciled = async () => {
    await query(`DELETE FROM queue.job WHERE name = 'bulletins.reconcile-notify'`);
    running.clock.advance({ hours: 6 });
    await running.get(ReconcileNotify).ask();
    await running.work();
  };

  beforeAll(async () => {
    running = await startTestWorker({
      env: {
        LETTERS_BY: 'notify',
        NOTIFY_API_URL: await notify.open(),
        NOTIFY_API_KEY: `test-${serviceId}-${secret}`,
        NOTIFY_TEXT_TEMPLATE: '33333333-3333-4333-8333-333333333333',
        NOTIFY_EMAIL_TEMPLATE: '44444444-4444-4444-8444-444444444444',
        NOTIFY_PER_MINUTE: '100000',
      },
    });
    await running.get(SchemeService).loadScheme(await bundledScheme('dorset'));
    ({ carersServiceId: service } = await carersInBulk(
      running.app,
      7,
      (index) => (index < 3 ? 'email' : index < 5 ? 'post' : 'text'),
      (index) => index === 4,
    ));
    officer = await officerOf(running.app, 'first', service);
  });
  afterAll(async () => {
    await running?.close();
    await notify.close();
  });
  beforeEach(async () => {
    notify.taken.length = 0;
    bodies = [];
    notify.answer = (kind, body) => {
      bodies.push({ kind, body });
      return null;
    };
    running.clock.set('2026-11-24T10:00:00Z');
    await query('DELETE FROM suppressed_address');
    await query('DELETE FROM delivery_provider');
  });

  it('goes out as emails, letters and texts, each with our reference and a token of our key', async () => {
    const id = await sent();
    expect(await stateOf(id)).toBe('sent');
    const all = await copies(id);
    expect(all.map(({ state }) => state)).toEqual(Array.from({ length: 7 }, () => 'sent'));
    expect(notify.taken.map(({ reference }) => reference).sort()).toEqual(all.map((copy) => copy.id));
    expect(notify.taken.map(({ kind }) => kind).sort()).toEqual([
      ...['email', 'email', 'email', 'letter', 'letter', 'sms', 'sms'],
    ]);
    const [head, claims, signature] = notify.token!.split('.') as [string, string, string];
    expect(createHmac('sha256', secret).update(`${head}.${claims}`).digest('base64url')).toBe(signature);
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toEqual({
      iss: serviceId,
      iat: running.clock.now().getTime() / 1000,
    });
  });

  it('goes as emails with the words, and can be stopped with one click', async () => {
    await sent();
    const { body } = bodies.find(({ kind }) => kind === 'email')!;
    expect(body['template_id']).toBe('44444444-4444-4444-8444-444444444444');
    expect(body['email_address']).toMatch(/^person\d@sink\.example$/);
    expect(body['one_click_unsubscribe_url']).toMatch(
      /^http:\/\/127\.0\.0\.1:3000\/preferences\/[\w-]{43}\/unsubscribe$/,
    );
    const { subject, message } = body['personalisation'] as { subject: string; message: string };
    expect(subject).toMatch(/^Warm places for /);
    expect(message).toContain('Tea is free');
    // The way to the preferences stands in the words too, for who has no button.
    expect(message).toContain(String(body['one_click_unsubscribe_url']).replace(/\/unsubscribe$/, ''));
  });

  it('goes as a letter in a file of its own with a code, and costs what its sheets cost', async () => {
    const id = await sent();
    const letters = (await copies(id)).filter(({ channel }) => channel === 'post');
    const prices = (await running.get(SchemeService).policyOn()).bulletins.prices;
    for (const { id: reference, units, cost } of letters) {
      const { body } = bodies.find((each) => each.body['reference'] === reference)!;
      const file = await PDFDocument.load(Buffer.from(String(body['content']), 'base64'));
      expect(file.getPageCount()).toBe(units);
      const { width, height } = file.getPage(0).getSize();
      expect([Math.round(width), Math.round(height)]).toEqual([595, 842]);
      const sheets = Math.ceil(units! / 2);
      expect(Number(cost)).toBe(prices.letterFirstSheet + (sheets - 1) * prices.letterFurtherSheet);
    }
    const codes = await query<{ about: string }>(
      `SELECT about_id AS about FROM letter_code WHERE about_kind = 'delivery' AND about_id = ANY($1)`,
      [letters.map((letter) => letter.id)],
    );
    expect(codes.map(({ about }) => about).sort()).toEqual(letters.map((letter) => letter.id));
  });

  it('looks up each letter and email that Notify may have, and sends none of them twice', async () => {
    const lost = new Set<string>();
    notify.answer = (kind, { reference }) => {
      if (kind === 'sms' || lost.has(String(reference))) return null;
      lost.add(String(reference));
      return 'lost';
    };
    const id = await sent();
    expect(await statesOf(id, 'post')).toEqual(['waiting', 'waiting']);
    running.clock.advance({ minutes: 2 });
    await due();
    await running.work();
    expect(notify.taken).toHaveLength(7);
    expect((await copies(id)).map(({ state }) => state)).toEqual(Array.from({ length: 7 }, () => 'sent'));
  });

  it('waits where Notify takes nothing, and goes on by itself', async () => {
    notify.answer = () => 429;
    const id = await sent();
    expect(notify.taken).toHaveLength(0);
    expect(new Set((await copies(id)).map(({ state }) => state))).toEqual(new Set(['waiting']));
    notify.answer = () => null;
    running.clock.advance({ minutes: 10 });
    await due();
    await running.work();
    expect(await stateOf(id)).toBe('sent');
    expect(notify.taken).toHaveLength(7);
  });

  it('says of a message that Notify refuses that it was refused, and of nobody else', async () => {
    let refused = 0;
    notify.answer = (kind) => (kind === 'letter' && refused++ === 0 ? 400 : null);
    const id = await sent();
    expect((await statesOf(id, 'post')).sort()).toEqual(['failed', 'sent']);
    expect(await stateOf(id)).toBe('sent');
  });

  it('learns within six hours what became of messages that nobody told of', async () => {
    const id = await sent();
    const [gone, arrived, full] = notify.taken.filter(({ kind }) => kind === 'email');
    Object.assign(gone!, { status: 'permanent-failure', completed_at: '2026-11-24T10:05:00Z' });
    Object.assign(arrived!, { status: 'delivered', completed_at: '2026-11-24T10:06:00Z' });
    Object.assign(full!, { status: 'technical-failure' });
    const [printed, broken] = notify.taken.filter(({ kind }) => kind === 'letter');
    printed!.status = 'received';
    broken!.status = 'validation-failed';
    await reconciled();
    const now = new Map((await copies(id)).map((copy) => [copy.id, copy]));
    const became = (message: { reference: string | null }) => now.get(message.reference!)!;
    expect(became(gone!).state).toBe('bounced');
    expect(became(arrived!).state).toBe('delivered');
    expect(became(full!)).toMatchObject({ state: 'failed', error: 'technical-failure' });
    expect(became(printed!).state).toBe('delivered');
    expect(became(broken!)).toMatchObject({ state: 'failed', error: 'validation-failed' });
    expect(await statesOf(id, 'text')).toEqual(['sent', 'sent']);
    // What Notify could not print or pass on says nothing of the address.
    expect(await query('SELECT channel FROM suppressed_address')).toEqual([{ channel: 'email' }]);
  });

  it('reads on through the pages of what Notify keeps, and stops where that ends', async () => {
    const id = await sent();
    for (const message of notify.taken) message.status = 'delivered';
    const others = Array.from({ length: 600 }, (_, index) => ({
      id: `other-${index}`,
      kind: 'email',
      reference: null,
      to: '',
      status: 'delivered',
      completed_at: null,
    }));
    notify.taken.push(...others);
    await reconciled();
    expect(await statesOf(id, 'email')).toEqual(['delivered', 'delivered', 'delivered']);
  });
});

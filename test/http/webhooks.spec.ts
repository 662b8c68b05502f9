import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Accounts } from '@carers/access';
import { Database } from '@carers/database';
import { InformationService, type Subscriber } from '@carers/information-service';
import { Places, SchemeService } from '@carers/places';
import { DeliveryRetention, SenderLimits, WebhookDispatcher, WebhookEndpoints } from '@carers/webhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Secret, TOTP } from 'otpauth';
import { Webhook } from 'standardwebhooks';
import { startTestApp, type TestApp } from '../support/app.js';
import { Given } from '../support/given.js';
import { Browser } from './access-browser.js';

interface Received {
  headers: Record<string, string>;
  body: string;
}

const path = '/staff/information-service/webhooks';
const system = { kind: 'system', id: 'test' } as const;

let program: TestApp;
let given: Given;
let database: Database;
let receiver: Server;
let address: string;
let received: Received[];
/** What the receiver does next; unless said, it takes everything. */
let answer: (request: IncomingMessage, response: ServerResponse, body: string) => void;
let here: string;
let there: string;
let owner: { kind: 'account'; id: string };
let count = 0;

beforeAll(async () => {
  program = await startTestApp();
  given = new Given(program);
  database = program.get(Database);
  await given.scheme();
  const { regions } = await program.get(SchemeService).current();
  const serviceOf = async (postcode: string) => {
    const { regionId } = await program.get(Places).find(postcode);
    return regions.find(({ id }) => id === regionId)!.carersServiceId;
  };
  [here, there] = [await serviceOf('BH1 1AA'), await serviceOf('DT1 1XJ')];
  receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      received.push({ headers: request.headers as Record<string, string>, body });
      answer(request, response, body);
    });
  });
  await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done));
  address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/in`;
  const id = await database.transaction((tx) =>
    program.get(Accounts).ensure(tx, { email: 'owner@example.org', name: 'Olive Ofori' }),
  );
  owner = { kind: 'account', id };
});
afterAll(async () => {
  receiver?.closeAllConnections();
  receiver?.close();
  await program?.close();
});
beforeEach(async () => {
  await database.pool.query('TRUNCATE rate_limit, webhook_delivery, webhook_event, webhook_endpoint CASCADE');
  received = [];
  answer = (_, response) => response.writeHead(204).end();
});

/** An officer of a service, signed in now: sessions end as the clock moves. */
async function officerOf(service: string): Promise<Browser> {
  const email = `officer${++count}@example.org`;
  await database.transaction(async (tx) => {
    const id = await program.get(Accounts).ensure(tx, { email, name: 'Olive Ofori' });
    await program.get(Accounts).grant(tx, id, 'carers_service_officer', { kind: 'carers_service', id: service });
  });
  const browser = new Browser(program);
  await browser.signIn(email);
  const setUp = await browser.get('/sign-in/second-factor/set-up');
  const secret = /<bdi dir="ltr">([A-Z2-7 ]+)<\/bdi>/.exec(setUp.text)![1]!.replace(/ /g, '');
  const code = TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: program.clock.now().getTime() });
  await browser.submit('/sign-in/second-factor/set-up', { code });
  return browser;
}

const types = ['subscriber.registered', 'subscriber.consent_changed', 'subscriber.left'];

async function webhook(url = address, eventTypes = types) {
  const service = { kind: 'carers_service', id: here };
  const { id, secret } = await program.get(WebhookEndpoints).add(service, { url, eventTypes }, owner);
  return { id, secret, page: `${path}/${id}` };
}

async function person(): Promise<Subscriber> {
  const { cardholder } = await given.card({ email: 'ruth@example.org', contactChannel: 'email' });
  const { subscriber } = await database.transaction((tx) =>
    program.get(InformationService).register(tx, {
      cardholder,
      source: { kind: 'application' },
      consents: [{ purpose: 'carers_information', channel: 'email', given: true }],
      how: 'web',
      actor: system,
    }),
  );
  return subscriber;
}

const send = () => program.get(WebhookDispatcher).run();
const states = () =>
  database.query<{ state: string; attempts: number; fault: string | null }>(
    'SELECT state, attempts, last_fault AS fault FROM webhook_delivery ORDER BY created_at, id',
  );

/** What the receiver's own copy of the library says, at the time of the test's clock. */
function verified({ headers, body }: Received, secret: string): { type: string; data: { subscriber_id: string } } {
  const now = jest.spyOn(Date, 'now').mockReturnValue(program.clock.now().getTime());
  try {
    return new Webhook(secret).verify(body, headers) as never;
  } finally {
    now.mockRestore();
  }
}

describe('a webhook', () => {
  it('tells what happened by ids alone, and the Standard Webhooks library knows it is from us', async () => {
    const { secret } = await webhook();
    const subscriber = await person();
    await program.work();
    expect(received.map((each) => verified(each, secret).type)).toEqual(['subscriber.registered']);
    const [message] = received;
    expect(JSON.parse(message!.body)).toEqual({
      type: 'subscriber.registered',
      timestamp: program.clock.now().toISOString(),
      sequence: expect.any(Number),
      data: { subscriber_id: subscriber.id, carers_service_id: here },
    });
    expect(message!.body).not.toMatch(/ruth|BH1/i);
    expect(() => verified(message!, `whsec_${Buffer.alloc(32, 1).toString('base64')}`)).toThrow(
      'No matching signature',
    );
    expect(() => verified({ ...message!, body: message!.body.replace('registered', 'left') }, secret)).toThrow();
  });

  it('tells nothing of a change that was not saved', async () => {
    await webhook();
    const subscriber = await person();
    await program.work();
    received = [];
    const failing = database.transaction(async (tx) => {
      await program.get(InformationService).leave(tx, subscriber.id, 'phone', system);
      throw new Error('the power went');
    });
    await expect(failing).rejects.toThrow('the power went');
    await program.work();
    expect(received).toEqual([]);
  });

  it('tells of chosen types only, the later change with the higher sequence', async () => {
    await webhook(address, ['subscriber.consent_changed', 'subscriber.left']);
    const subscriber = await person();
    await database.transaction((tx) => program.get(InformationService).leave(tx, subscriber.id, 'phone', system));
    await program.work();
    const told = received.map(({ body }) => JSON.parse(body) as { type: string; sequence: number });
    const inOrder = told.sort((one, other) => one.sequence - other.sequence).map(({ type }) => type);
    expect([...new Set(inOrder)]).toEqual(['subscriber.consent_changed', 'subscriber.left']);
  });

  it('is signed with both secrets while one follows the other', async () => {
    const { secret, id } = await webhook();
    const next = await program.get(WebhookEndpoints).rotate(id, owner);
    expect(next).not.toBe(secret);
    await person();
    await program.work();
    expect([verified(received[0]!, secret).type, verified(received[0]!, next).type]).toEqual([
      'subscriber.registered',
      'subscriber.registered',
    ]);
    program.clock.advance({ hours: 25 });
    await person();
    await program.work();
    expect(verified(received.at(-1)!, next).type).toBe('subscriber.registered');
    expect(() => verified(received.at(-1)!, secret)).toThrow('No matching signature');
  });
});

describe('a receiver that does not take it', () => {
  it('is tried again with the same id, later each time, until it does', async () => {
    await webhook();
    answer = (_, response) => response.writeHead(500).end('no\u0000t today');
    await person();
    await send();
    expect(await send()).toBe(0);
    program.clock.advance({ seconds: 6 });
    await send();
    answer = (_, response) => response.writeHead(200).end('thanks');
    program.clock.advance({ seconds: 60 });
    expect(await send()).toBe(0);
    program.clock.advance({ minutes: 5 });
    await send();
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(new Set(received.map(({ body }) => body)).size).toBe(1);
    expect(new Set(received.map(({ headers }) => headers['webhook-timestamp'])).size).toBe(3);
    expect(await states()).toEqual([{ state: 'delivered', attempts: 3, fault: null }]);
  });

  it('is given up after ten tries in a little over three days, shown, and sent again by hand', async () => {
    const { page } = await webhook();
    answer = (_, response) => response.writeHead(503).end('<b>down</b>');
    await person();
    const began = program.clock.now().getTime();
    while ((await states())[0]!.state === 'waiting') {
      await send();
      program.clock.advance({ minutes: 30 });
    }
    const days = (program.clock.now().getTime() - began) / 86_400_000;
    expect([received.length, days > 3 && days < 4]).toEqual([10, true]);
    const officer = await officerOf(here);
    const { text } = await officer.get(`${page}?state=failed`);
    expect(text).toContain('Given up');
    expect(text).toContain('&lt;b&gt;down&lt;/b&gt;');
    answer = (_, response) => response.writeHead(200).end();
    const again = /action="([^"]+\/deliveries\/[^"]+\/replay)"/.exec(text)![1]!;
    expect((await officer.submit(page, {}, again)).status).toBe(303);
    program.clock.advance({ minutes: 10 });
    await send();
    expect(await states()).toEqual([{ state: 'delivered', attempts: 1, fault: null }]);
    expect(received.at(-1)!.headers['webhook-id']).toBe(received[0]!.headers['webhook-id']);
  });

  it('turns the webhook off by saying that it is gone; what happens then waits until it is on', async () => {
    const { page } = await webhook();
    const officer = await officerOf(here);
    answer = (_, response) => response.writeHead(410).end();
    await person();
    await send();
    expect((await officer.get(page)).text).toContain('gone for good');
    await person();
    expect(await send()).toBe(0);
    answer = (_, response) => response.writeHead(200).end();
    await officer.submit(page, {}, `${page}/on`);
    await send();
    expect((await states()).map(({ state }) => state)).toEqual(['failed', 'delivered']);
  });

  it('is not followed elsewhere, not waited for, and not read to the end', async () => {
    const limits = program.get(SenderLimits);
    const [quick, slow] = [limits.timeoutMs, 100];
    try {
      await webhook();
      const faults: unknown[] = [];
      const answers: [number, typeof answer][] = [
        [quick, (_, response) => response.writeHead(307, { location: `${address}/elsewhere` }).end()],
        [slow, () => undefined],
        [slow, (_, response) => void response.writeHead(200).write('and so on')],
        [quick, (request) => request.socket.destroy()],
        [quick, (_, response) => response.writeHead(500).end('x'.repeat(300_000))],
      ];
      for (const [timeoutMs, each] of answers) {
        limits.timeoutMs = timeoutMs;
        await database.pool.query(
          'TRUNCATE webhook_delivery; UPDATE webhook_endpoint SET failures_in_row = 0, resting_until = NULL',
        );
        answer = each;
        await person();
        await send();
        faults.push((await states())[0]!.fault);
      }
      expect(faults).toEqual(['redirect', 'timeout', 'timeout', 'connection', 'status']);
      expect(received).toHaveLength(answers.length);
      const [row] = await database.query<{ length: number }>('SELECT length(last_body) FROM webhook_delivery');
      expect(row!.length).toBeLessThanOrEqual(500);
    } finally {
      limits.timeoutMs = 20_000;
    }
  });

  it('does not hold up another', async () => {
    await webhook(`${address}/slow`);
    await webhook(`${address}/quick`);
    const held: ServerResponse[] = [];
    let quick = 0;
    let taken: () => void;
    const allTaken = new Promise<void>((done) => (taken = done));
    answer = (request, response) => {
      if (request.url!.endsWith('/slow')) return void held.push(response);
      response.writeHead(200).end();
      if (++quick === 6) taken();
    };
    for (let count = 0; count < 6; count++) await person();
    const sending = send();
    await allTaken;
    // All of the quick one's are in while the slow one has not answered once, and holds no more than its share.
    expect(held.length).toBeLessThanOrEqual(4);
    answer = (_, response) => response.writeHead(200).end();
    for (const response of held) response.writeHead(200).end();
    await sending;
    expect(new Set((await states()).map(({ state }) => state))).toEqual(new Set(['delivered']));
  });
});

describe('several processes', () => {
  it('send each message once', async () => {
    await webhook();
    for (let count = 0; count < 12; count++) await person();
    const made = await Promise.all([send(), send(), send()]);
    expect(made.reduce((sum, each) => sum + each)).toBe(12);
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(12);
    expect(received).toHaveLength(12);
  });

  it('lose nothing when one dies between claim and answer: another sends it with the same id', async () => {
    await webhook();
    await person();
    // What is left of a process that was killed: the claim, and nothing after it.
    const dying = program.get(WebhookDispatcher) as unknown as { claim(free: number): Promise<{ eventId: string }[]> };
    const [claim] = await dying.claim(1);
    expect(await send()).toBe(0);
    program.clock.advance({ seconds: 61 });
    expect(await send()).toBe(1);
    expect(received.map(({ headers }) => headers['webhook-id'])).toEqual([claim!.eventId]);
    expect(await states()).toEqual([{ state: 'delivered', attempts: 2, fault: null }]);
  });
});

describe('the pages', () => {
  it('are for officers of the service, who see no other', async () => {
    const { page, id } = await webhook();
    const [own, other] = [await officerOf(here), await officerOf(there)];
    expect((await own.get(page)).status).toBe(200);
    expect([(await other.get(page)).status, (await other.get(path)).text.includes(id)]).toEqual([404, false]);
    expect((await other.submit(`${path}/new`, {}, `${page}/test`)).status).toBe(404);
  });

  it('refuse addresses inside a network, show the secret once, and keep it sealed', async () => {
    const officer = await officerOf(here);
    const add = (url: string) => officer.submit(`${path}/new`, { url, eventTypes: 'subscriber.left' });
    for (const url of [
      'ftp://example.org',
      'https://10.0.0.1/x',
      'https://[::ffff:10.0.0.1]/',
      'http://example.org/',
      'https://me:pw@example.org/',
      'https://printer.local/',
      'nonsense',
    ]) {
      expect([url, (await add(url)).status]).toEqual([url, 422]);
    }
    const made = await add(address);
    const secret = /whsec_[^<]+/.exec(made.text)![0].replaceAll('&#x3D;', '=');
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const page = /href="([^"]+webhooks\/[0-9a-f-]{36})"/.exec(made.text)![1]!;
    expect((await officer.get(page)).text).not.toContain('whsec_');
    const [row] = await database.query<{ secret: string }>('SELECT secret FROM webhook_endpoint');
    expect(row!.secret).not.toContain(secret.slice(6, 20));
    const rotated = await officer.submit(page, {}, `${page}/secret`);
    expect(rotated.text).toContain('whsec_');
    expect((await officer.get(page)).text).toContain('works beside the new one until');
  });

  it('send a test, and everything since a day again', async () => {
    const { page, secret } = await webhook();
    const officer = await officerOf(here);
    await officer.submit(page, {}, `${page}/test`);
    await program.work();
    expect(verified(received[0]!, secret).type).toBe('webhook.test');
    for (let people = 0; people < 3; people++) await person();
    await program.work();
    const first = received.slice(1).map(({ headers }) => headers['webhook-id']);
    received = [];
    const [year, month, day] = program.clock.today().split('-') as [string, string, string];
    const since = { 'since-day': day, 'since-month': month, 'since-year': year };
    await officer.submit(page, since, `${page}/replay`);
    program.clock.advance({ seconds: 1 });
    await send();
    expect(received.map(({ headers }) => headers['webhook-id']).sort()).toEqual(first.sort());
  });
});

it('keeps five webhooks of a service at most, also of those made at the same moment', async () => {
  const made = await Promise.allSettled(Array.from({ length: 8 }, () => webhook()));
  expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
});

it('forgets what is older than 30 days', async () => {
  await webhook();
  await person();
  await program.work();
  program.clock.advance({ days: 29 });
  expect(await program.get(DeliveryRetention).forget()).toBe(0);
  program.clock.advance({ days: 2 });
  expect(await program.get(DeliveryRetention).forget()).toBe(1);
  expect(await states()).toEqual([]);
});

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { Database, type PreparedStatement } from '@carers/database';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { Given } from '../support/given.js';

/** The ordinary way is the reference: each request is sent by both, and nobody must be able to tell which it took. */
describe('the till’s lane', () => {
  let running: TestApp;
  let key: string;
  let credential: string;
  let offerId: string;

  beforeAll(async () => {
    running = await startTestApp({ at: '2026-11-21T12:00:00Z' });
    const given = new Given(running);
    await given.scheme();
    const { business, branch } = await given.business();
    key = await given.tillKey(branch.id);
    credential = (await given.card()).printedQr;
    offerId = (await given.offer(business.id)).id;
    await running.app.listen(0, '127.0.0.1');
  });
  afterAll(() => running?.close());

  interface Sent {
    path: string;
    body: object | string;
    headers?: Record<string, string>;
  }

  /** A cookie is a browser's: with one, a request goes the ordinary way. */
  const send = ({ path, body, headers }: Sent, way: 'lane' | 'ordinary') =>
    running
      .browser()
      .post(path)
      .set({ authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers })
      .set(way === 'lane' ? {} : { cookie: 'none=none' })
      .send(body);

  /** What may differ from one request to the next, whichever way it takes. */
  const plain = ({ date: _date, connection: _connection, 'keep-alive': _keep, ...headers }: Record<string, string>) =>
    headers;

  async function both(sent: Sent) {
    const [lane, ordinary] = [await send(sent, 'lane'), await send(sent, 'ordinary')];
    expect([lane.status, plain(lane.headers), lane.body]).toEqual([
      ordinary.status,
      plain(ordinary.headers),
      ordinary.body,
    ]);
    return lane;
  }

  const scan = () => ({ credential, scanId: randomUUID() });

  it('gives the same answers', async () => {
    const body = scan();
    expect((await both({ path: '/api/v1/validations', body })).status).toBe(200);
    // The first of the two records it, and the second is told that it was.
    const use = { path: '/api/v1/redemptions', body: { scanId: body.scanId, offerId, basketPence: 1000 } };
    const [first, again] = [await send(use, 'lane'), await send(use, 'ordinary')];
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.body).toEqual(first.body);
    expect(plain(again.headers)).toEqual(plain(first.headers));
  });

  it.each([
    ['a field that is wrong', '/api/v1/validations', { credential: 'x', scanId: 'no' }, 422],
    ['a field that is unknown', '/api/v1/redemptions', { scanId: randomUUID(), offerId: randomUUID(), more: 1 }, 422],
    ['no JSON', '/api/v1/validations', '{"credential"', 400],
    ['an empty body', '/api/v1/validations', '', 400],
    ['a body that pollutes prototypes', '/api/v1/validations', '{"__proto__":{"a":1}}', 400],
    ['a body of 300 kB', '/api/v1/validations', { credential: 'x'.repeat(300_000) }, 413],
    ['text that cannot be stored', '/api/v1/validations', { credential: 'a\0b', scanId: randomUUID() }, 422],
    ['a use without a scan', '/api/v1/redemptions', { scanId: randomUUID(), offerId: randomUUID() }, 409],
  ])('refuses %s alike', async (_what, path, body, status) => {
    expect((await both({ path, body })).status).toBe(status);
  });

  it('refuses keys alike: of nobody, too short, and none', async () => {
    for (const authorization of [`Bearer ck_${'a'.repeat(27)}`, 'Bearer ck_', 'Basic eDp5', '']) {
      const answer = await both({ path: '/api/v1/validations', body: scan(), headers: { authorization } });
      expect([answer.status, (answer.body as { type: string }).type]).toEqual([401, '/problems/till-key-refused']);
    }
  });

  it('refuses bytes that are no text alike', async () => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const body = Buffer.from([0x22, 0xff, 0xfe, 0x22]);
    const answers = await Promise.all(
      [headers, { ...headers, cookie: 'none=none' }].map(async (each) => {
        const url = `${await running.app.getUrl()}/api/v1/validations`;
        const answer = await fetch(url, { method: 'POST', headers: each, body });
        return [answer.status, await answer.json()];
      }),
    );
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]).toMatchObject([422, { type: '/problems/invalid-input' }]);
  });

  /** What the database is asked for meanwhile, by name. */
  async function withDatabase(
    meanwhile: <Answer>(statement: PreparedStatement, ask: () => Promise<Answer>) => Promise<Answer>,
    work: () => Promise<void>,
  ): Promise<void> {
    const database = running.get(Database);
    const { prepared, value } = database;
    database.prepared = (statement, ...rest) =>
      meanwhile(statement, () => prepared.call(database, statement, ...rest)) as never;
    database.value = (statement, ...rest) =>
      meanwhile(statement, () => value.call(database, statement, ...rest)) as never;
    try {
      await work();
    } finally {
      Object.assign(database, { prepared, value });
    }
  }

  it('says alike that the database is away, and to ask again soon', async () => {
    const away = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    await withDatabase(
      () => Promise.reject(away),
      async () => {
        const plainly = ({ body, status, headers }: Awaited<ReturnType<typeof send>>) => {
          const { reference, ...rest } = body as { reference: string };
          expect(reference).toMatch(/^\d{10}$/);
          return [status, headers['retry-after'], headers['content-type'], rest];
        };
        const body = scan();
        const [lane, ordinary] = [
          await send({ path: '/api/v1/validations', body }, 'lane'),
          await send({ path: '/api/v1/validations', body }, 'ordinary'),
        ];
        expect(plainly(lane)).toEqual(plainly(ordinary));
        expect([lane.status, lane.headers['retry-after']]).toEqual([503, '10']);
      },
    );
    expect((await both({ path: '/api/v1/validations', body: scan() })).status).toBe(200);
  });

  it('gives each its own answer where checks and uses share a statement', async () => {
    const accepted = [scan(), scan(), scan()];
    for (const body of accepted) await send({ path: '/api/v1/validations', body }, 'lane').expect(200);
    const asked: string[] = [];
    let open = () => {};
    const held = new Promise<void>((go) => (open = go));
    await withDatabase(
      async ({ name }, ask) => {
        asked.push(name);
        if (asked.length === 1) await held;
        return ask();
      },
      async () => {
        const first = send({ path: '/api/v1/validations', body: scan() }, 'lane').then((answer) => answer);
        while (asked.length === 0) await new Promise((turn) => setImmediate(turn));
        const server = running.app.getHttpServer() as Server;
        let read = 0;
        const reading = (request: IncomingMessage) => request.on('end', () => read++);
        server.on('request', reading);
        const use = ({ scanId }: { scanId: string }, basketPence: number) =>
          send({ path: '/api/v1/redemptions', body: { scanId, offerId, basketPence } }, 'lane');
        const check = (body: object) => send({ path: '/api/v1/validations', body }, 'lane');
        const mixed = [
          use(accepted[0]!, 1000),
          check({ cardNumber: 'CC 0000 0001 D', scanId: randomUUID() }),
          use(accepted[1]!, 2000),
          check(scan()),
          use({ scanId: randomUUID() }, 4000),
          use(accepted[2]!, 3000),
        ].map((request) => request.then(({ status, body }) => ({ status, body: body as Record<string, unknown> })));
        while (read < mixed.length) await new Promise((turn) => setImmediate(turn));
        await new Promise((turn) => setImmediate(turn));
        server.off('request', reading);
        open();
        const answers = await Promise.all(mixed);
        expect((await first).status).toBe(200);
        expect(answers.map(({ status }) => status)).toEqual([201, 200, 201, 200, 409, 201]);
        expect([1, 3].map((at) => answers[at]!.body['outcome'])).toEqual(['not_valid', 'valid']);
        expect([0, 2, 5].map((at) => answers[at]!.body['scanId'])).toEqual(accepted.map(({ scanId }) => scanId));
        const ids = [0, 2, 5].map((at) => answers[at]!.body['id']);
        const rows = await running
          .get(Database)
          .query<{ id: string; basket_pence: number }>('SELECT id, basket_pence FROM redemption WHERE id = ANY ($1)', [
            ids,
          ]);
        expect(ids.map((id) => rows.find((row) => row.id === id)?.basket_pence)).toEqual([1000, 2000, 3000]);
        expect(asked).toContain('till-both');
      },
    );
  });

  it('goes on when somebody goes away in the middle of what they send', async () => {
    const { port } = running.app.getHttpServer().address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    const head = `POST /api/v1/validations HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\n`;
    socket.write(`${head}content-type: application/json\r\ncontent-length: 100\r\n\r\n{"credential"`);
    await once(socket, 'ready');
    socket.destroy();
    expect((await send({ path: '/api/v1/validations', body: scan() }, 'lane')).status).toBe(200);
  });

  it('takes an address with a query, and another type of body, the ordinary way', async () => {
    await both({ path: '/api/v1/validations?more=1', body: scan() });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const body = new URLSearchParams(scan()).toString();
    expect((await both({ path: '/api/v1/validations', body, headers })).status).toBe(200);
  });
});

import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Database } from '@carers/database';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { testDatabase } from '../support/database.js';
import { Given, type GivenBusiness, type GivenCard } from '../support/given.js';

describe('two processes on one database', () => {
  let running: TestApp;
  let given: Given;
  let second: ChildProcess;
  let addresses: string[];
  let shop: GivenBusiness;
  let card: GivenCard;
  let key: string;

  beforeAll(async () => {
    const databaseUrl = await testDatabase();
    // The other process goes by the machine's clock, so this one holds it at the present.
    running = await startTestApp({ databaseUrl, at: new Date().toISOString() });
    given = new Given(running);
    await given.scheme();
    shop = await given.business();
    card = await given.card();
    key = await given.tillKey(shop.branch.id);
    second = fork(join(import.meta.dirname, '..', 'support', 'second-process.ts'), [databaseUrl], {
      execArgv: ['--import', join(import.meta.dirname, '..', 'support', 'typescript.mjs')],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const other = await new Promise<string>((resolve, reject) => {
      second.once('message', (address) => resolve(String(address)));
      second.once('exit', (code) => reject(new Error(`The second process ended with ${code}.`)));
    });
    await running.app.listen(0, '127.0.0.1');
    addresses = [await running.app.getUrl(), other];
  }, 120_000);
  afterAll(async () => {
    second?.disconnect();
    await running?.close();
  });

  const ask = async (process: number, path: string, body: object) => {
    const answer = await fetch(addresses[process % 2] + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  const check = (process: number, scanId: string) =>
    ask(process, '/api/v1/validations', { credential: card.printedQr, scanId });
  const times = <T>(count: number, work: (index: number) => Promise<T>) =>
    Promise.all(Array.from({ length: count }, (_, index) => work(index)));

  it.each([1, 2, 3, 4, 5])(
    'give an offer three times and no more to 200 tills at once (round %d)',
    async () => {
      const offer = await given.offer(shop.business.id, { limits: { total: 3 } });
      const scans = await times(200, async (index) => {
        const scanId = randomUUID();
        expect((await check(index, scanId)).body).toMatchObject({ outcome: 'valid' });
        return scanId;
      });
      // Half of them are redeemed by the process that did not answer the scan.
      const answers = await times(200, (index) =>
        ask(Math.floor(index / 2), '/api/v1/redemptions', { scanId: scans[index], offerId: offer.id }),
      );
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
      const refused = answers.filter(({ status }) => status === 409);
      expect(refused).toHaveLength(197);
      expect(new Set(refused.map(({ body }) => body['reason']))).toEqual(new Set(['limit_reached']));
      expect(await kept(offer.id)).toEqual({ rows: 3, used: 3 });
    },
    60_000,
  );

  it('keep one check and one use of a scan that both are told of many times', async () => {
    const offer = await given.offer(shop.business.id, { limits: { total: 10 } });
    const scanId = randomUUID();
    const checks = await times(40, (index) => check(index, scanId));
    expect(new Set(checks.map(({ status }) => status))).toEqual(new Set([200]));
    const uses = await times(40, (index) => ask(index, '/api/v1/redemptions', { scanId, offerId: offer.id }));
    expect(uses.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(uses.filter(({ status }) => status === 200)).toHaveLength(39);
    expect(new Set(uses.map(({ body }) => body['id'])).size).toBe(1);
    expect(await kept(offer.id)).toEqual({ rows: 1, used: 1 });
  }, 60_000);

  async function kept(offerId: string) {
    const [row] = await running.get(Database).query(
      `SELECT (SELECT count(*) FROM redemption WHERE offer_id = $1) AS rows,
              (SELECT used FROM offer_counter WHERE offer_id = $1 AND scope = 'total') AS used`,
      [offerId],
    );
    return row;
  }
});

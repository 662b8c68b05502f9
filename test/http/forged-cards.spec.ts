import { randomUUID } from 'node:crypto';
import { Database } from '@carers/database';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { Given, type GivenCard } from '../support/given.js';

/** Signatures are checked while PostgreSQL works: what a forged card had it do must leave nothing behind. */
describe('a forged card at the till', () => {
  let running: TestApp;
  let given: Given;
  let key: string;
  let offerId: string;
  let genuine: GivenCard;
  let forged: string;

  beforeAll(async () => {
    running = await startTestApp({ at: '2026-11-21T12:00:00Z' });
    given = new Given(running);
    await given.scheme();
    const { business, branch } = await given.business();
    key = await given.tillKey(branch.id);
    offerId = (await given.offer(business.id, { limits: { total: 10_000 } })).id;
    genuine = await given.card();
    forged = genuine.printedQr.slice(0, -8) + 'AAAAAAAA';
  });
  afterAll(() => running?.close());

  const post = (path: string, body: object) =>
    running.browser().post(`/api/v1/${path}`).set('authorization', `Bearer ${key}`).send(body);
  const check = async (credential: string, scanId: string = randomUUID()) =>
    (await post('validations', { credential, scanId }).expect(200)).body as { outcome: string; reason: string | null };
  const kept = (scanIds: string[]) =>
    running
      .get(Database)
      .query<{ scan_id: string; reason: string | null; card_id: string | null }>(
        `SELECT scan_id, reason, card_id FROM validation WHERE scan_id = ANY ($1)`,
        [scanIds],
      );

  it('by itself leaves only its refusal', async () => {
    // Once the till is known, its next check is one by itself.
    await check(genuine.printedQr);
    const scanId = randomUUID();
    expect(await check(forged, scanId)).toEqual({
      outcome: 'not_valid',
      reason: 'bad_signature',
      card: null,
      offers: [],
    });
    expect(await kept([scanId])).toEqual([{ scan_id: scanId, reason: 'bad_signature', card_id: null }]);
    expect(await check(genuine.printedQr)).toMatchObject({ outcome: 'valid' });
  });

  it('among many checks and uses leaves only its refusal, and each of the others its one row', async () => {
    const earlier = Array.from({ length: 8 }, () => randomUUID());
    for (const scanId of earlier) await check(genuine.printedQr, scanId);
    const scans = Array.from({ length: 24 }, (_, index) => ({ scanId: randomUUID(), isForged: index % 6 === 3 }));
    const [answers] = await Promise.all([
      Promise.all(scans.map(({ scanId, isForged }) => check(isForged ? forged : genuine.printedQr, scanId))),
      ...earlier.map((scanId) => post('redemptions', { scanId, offerId, basketPence: 1_000 }).expect(201)),
    ]);

    const wanted = scans.map(({ isForged }) => (isForged ? 'bad_signature' : null));
    expect(answers.map(({ reason }) => reason)).toEqual(wanted);
    const rows = new Map((await kept(scans.map(({ scanId }) => scanId))).map((row) => [row.scan_id, row]));
    expect(scans.map(({ scanId }) => rows.get(scanId)?.reason)).toEqual(wanted);
    expect(scans.map(({ scanId }) => rows.get(scanId)?.card_id === genuine.card.id)).toEqual(
      scans.map(({ isForged }) => !isForged),
    );
    const [counted] = await running.get(Database).query(
      `SELECT (SELECT used FROM offer_counter WHERE offer_id = $1 AND scope = 'total') AS used,
                (SELECT count(*) FROM redemption WHERE offer_id = $1) AS rows`,
      [offerId],
    );
    expect(counted).toEqual({ used: 8, rows: 8 });
  });
});

import { randomUUID } from 'node:crypto';
import { Moderation } from '@carers/businesses';
import { Database } from '@carers/database';
import type { Offer } from '@carers/offers';
import { Tills } from '@carers/till';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { Given, type GivenBusiness, type GivenCard } from '../support/given.js';

const staff = { kind: 'system', id: 'test' } as const;
const noon = '2026-11-21T12:00:00Z';

interface Bundle {
  offers: { id: string; usedToday: number | null; usedEver: number | null }[];
  working: boolean;
  serverTime: string;
}

describe('the bundle of a till', () => {
  let running: TestApp;
  let given: Given;
  let cafe: GivenBusiness;
  let margaret: GivenCard;
  let plain: Offer;
  let key: string;

  beforeAll(async () => {
    running = await startTestApp({ at: noon });
    given = new Given(running);
    await given.scheme();
    cafe = await given.business();
    margaret = await given.card();
    plain = await given.offer(cafe.business.id);
    key = await given.tillKey(cafe.branch.id);
  });
  afterAll(() => running?.close());

  const fetch = (bearer: string, etag?: string) => {
    const request = running.browser().get('/api/v1/till/bundle').set('authorization', `Bearer ${bearer}`);
    return etag ? request.set('if-none-match', etag) : request;
  };
  const post = (path: string, body: object) =>
    running.browser().post(path).set('authorization', `Bearer ${key}`).send(body);
  const tillOf = async (bearer: string) => {
    const { body } = await running.browser().get('/api/v1/till').set('authorization', `Bearer ${bearer}`).expect(200);
    const [row] = await running
      .get(Database)
      .query<{ last_sync_at: Date | null }>('SELECT last_sync_at FROM till WHERE id = $1', [
        (body as { id: string }).id,
      ]);
    return row!;
  };

  it('has the names, the offers with their terms, and how often to come back', async () => {
    const { body, headers } = await fetch(key).expect(200);
    expect(body).toEqual({
      till: { id: expect.any(String), name: 'Counter' },
      branch: { id: cafe.branch.id, name: cafe.branch.name },
      business: { id: cafe.business.id, name: 'The Quay Kitchen' },
      working: true,
      serverTime: '2026-11-21T12:00:00.000Z',
      offers: [
        {
          id: plain.id,
          title: plain.title,
          sentence: plain.sentence,
          terms: plain.terms,
          revision: 1,
          usedToday: null,
          usedEver: null,
        },
      ],
      policy: { undoMinutes: 10, syncMinutes: 15 },
      pin: null,
    });
    expect(headers['date']).toBe('Sat, 21 Nov 2026 12:00:00 GMT');
    expect(headers['cache-control']).toBe('private, no-cache');
  });

  it('is not sent again while nothing has changed, and the time stands beside it', async () => {
    const first = await fetch(key).expect(200);
    const etag = first.headers['etag'] as string;
    running.clock.advance({ minutes: 3 });
    try {
      const again = await fetch(key, etag).expect(304);
      expect(again.text).toBe('');
      expect(again.headers['date']).toBe('Sat, 21 Nov 2026 12:03:00 GMT');
      await fetch(key, `W/"other", W/${etag}`).expect(304);
    } finally {
      running.clock.set(noon);
    }
    await fetch(key, '"other"').expect(200);
  });

  it('says what was used of limits that all cards share, and of no card', async () => {
    const limited = await given.offer(cafe.business.id, {
      limits: { perDay: 5, total: 9, perCard: { count: 2, period: 'day' } },
    });
    const before = await fetch(key).expect(200);
    expect((before.body as Bundle).offers.find(({ id }) => id === limited.id)).toMatchObject({
      usedToday: 0,
      usedEver: 0,
    });
    const scanId = randomUUID();
    await post('/api/v1/validations', { credential: margaret.printedQr, scanId }).expect(200);
    await post('/api/v1/redemptions', { scanId, offerId: limited.id }).expect(201);
    const after = await fetch(key, before.headers['etag'] as string).expect(200);
    expect((after.body as Bundle).offers.find(({ id }) => id === limited.id)).toMatchObject({
      usedToday: 1,
      usedEver: 1,
    });
    for (const personal of ['Margaret', 'Hale', margaret.card.id, margaret.cardholder.id, margaret.card.number]) {
      expect(after.text).not.toContain(personal);
    }
  });

  it('has the offers of its own branch only, and only those that are published', async () => {
    const elsewhere = await given.business({ name: 'Elsewhere' });
    const theirs = await given.offer(elsewhere.business.id);
    const [otherBranch, paused] = [await given.offer(cafe.business.id), await given.offer(cafe.business.id)];
    const database = running.get(Database);
    await database.query(
      `UPDATE offer SET terms = terms || jsonb_build_object('branchIds', $2::text[]) WHERE id = $1`,
      [otherBranch.id, [randomUUID()]],
    );
    await database.query(`UPDATE offer SET status = 'paused' WHERE id = $1`, [paused.id]);
    const ids = ((await fetch(key).expect(200)).body as Bundle).offers.map(({ id }) => id);
    expect(ids).toContain(plain.id);
    for (const offer of [theirs, otherBranch, paused]) expect(ids).not.toContain(offer.id);
  });

  it('counts as a sync, noted once a minute', async () => {
    const fresh = await given.tillKey(cafe.branch.id);
    expect(await tillOf(fresh)).toEqual({ last_sync_at: null });
    await fetch(fresh).expect(200);
    try {
      running.clock.advance({ seconds: 50 });
      await fetch(fresh).expect(200);
      expect(await tillOf(fresh)).toEqual({ last_sync_at: new Date(noon) });
      running.clock.advance({ seconds: 11 });
      const { headers } = await fetch(fresh).expect(200);
      expect(await tillOf(fresh)).toEqual({ last_sync_at: running.clock.now() });
      running.clock.advance({ minutes: 2 });
      await fetch(fresh, headers['etag'] as string).expect(304);
      expect(await tillOf(fresh)).toEqual({ last_sync_at: running.clock.now() });
    } finally {
      running.clock.set(noon);
    }
  });

  it('of a business that is suspended has no offers, and says so', async () => {
    const held = await given.business({ name: 'Held Back' });
    await given.offer(held.business.id);
    const theirKey = await given.tillKey(held.branch.id);
    await running.get(Moderation).suspend(held.business.id, 'A complaint.', staff);
    expect((await fetch(theirKey).expect(200)).body).toMatchObject({ working: false, offers: [] });
  });

  it('is for a till’s key, and not for one that has ended', async () => {
    await running.browser().get('/api/v1/till/bundle').expect(401);
    const { till, key: ending } = await running.get(Tills).create(cafe.branch.id, 'Terrace', staff);
    await fetch(ending).expect(200);
    await running.get(Tills).end(till.id, cafe.business.id, staff);
    const { body } = await fetch(ending).expect(401);
    expect(body).toMatchObject({ type: '/problems/till-key-refused' });
  });

  it('holds back a till that asks in a loop, and no other', async () => {
    const looping = await given.tillKey(cafe.branch.id);
    for (let turn = 0; turn < 60; turn++) await fetch(looping).expect(200);
    const { headers } = await fetch(looping).expect(429);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    await fetch(key).expect(200);
  });
});

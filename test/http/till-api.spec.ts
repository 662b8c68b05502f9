import { randomBytes, randomUUID } from 'node:crypto';
import { CardCodes, Cards, CardTokens, Credential } from '@carers/cards';
import { newCardNumber, rotatingCodeSync } from '@carers/credentials';
import { Database } from '@carers/database';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hashOfTillKey } from '../../libs/till/src/till-key.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { Given, type GivenBusiness, type GivenCard } from '../support/given.js';

interface Answer {
  outcome: string;
  reason: string | null;
  card: { firstName: string; validUntil: string; medium: string | null } | null;
  offers: {
    id: string;
    title: string;
    terms: string;
    usable: boolean;
    reason: string | null;
    remaining: number | null;
  }[];
}
const staff = { kind: 'system', id: 'test' } as const;

describe('the till API', () => {
  let running: TestApp;
  let given: Given;
  let cafe: GivenBusiness;
  let margaret: GivenCard;
  let key: string;

  beforeAll(async () => {
    running = await startTestApp({ at: '2026-11-21T12:00:00Z' });
    given = new Given(running);
    await given.scheme();
    cafe = await given.business();
    margaret = await given.card();
    key = await given.tillKey(cafe.branch.id);
  });
  afterAll(() => running?.close());

  const post = (path: string, body: object, bearer: string | null = key) => {
    const request = running.browser().post(path).send(body);
    return bearer ? request.set('authorization', `Bearer ${bearer}`) : request;
  };
  const validate = async (body: object, bearer = key) =>
    (await post('/api/v1/validations', body, bearer).expect(200)).body as Answer;

  describe('a validation', () => {
    it('accepts a scanned card and says the name, the validity and the offers, and nothing else', async () => {
      const offer = await given.offer(cafe.business.id);
      const answer = await validate({ credential: margaret.printedQr, scanId: randomUUID() });
      expect(answer).toEqual({
        outcome: 'valid',
        reason: null,
        card: { firstName: 'Margaret', validUntil: '2028-11-20', medium: 'printed' },
        offers: [
          expect.objectContaining({
            id: offer.id,
            title: '10% off your meal',
            usable: true,
            reason: null,
            remaining: null,
          }),
        ],
      });
    });

    it('accepts the printed card and the number however it is typed', async () => {
      expect((await validate({ credential: margaret.printedQr, scanId: randomUUID() })).outcome).toBe('valid');
      const typed = margaret.card.number.toLowerCase().replace(/(.{3})/g, '$1 ');
      expect((await validate({ cardNumber: typed, scanId: randomUUID() })).outcome).toBe('valid');
    });

    it('accepts a phone card with the code of the last minute, and calls a screenshot one', async () => {
      const { id } = await running
        .get(Database)
        .reader.findOneByOrFail(Credential, { cardId: margaret.card.id, medium: 'phone' });
      const shownAt = (time: string) =>
        `${margaret.qr}.${rotatingCodeSync(running.get(CardCodes).secretFor(id), new Date(time))}`;
      const look = async (credential: string) => {
        const { outcome, reason, card } = await validate({ credential, scanId: randomUUID() });
        return [outcome, reason, card?.medium];
      };
      // It is exactly noon: the present half minute, the two before it and the one to come.
      for (const time of ['12:00:00', '11:59:30', '11:59:00', '12:00:59'])
        expect(await look(shownAt(`2026-11-21T${time}Z`))).toEqual(['valid', null, 'phone']);
      for (const time of ['11:58:59', '11:58:30', '11:00:00', '12:01:00'])
        expect(await look(shownAt(`2026-11-21T${time}Z`))).toEqual(['not_valid', 'stale_code', 'phone']);
      expect(await look(margaret.qr)).toEqual(['not_valid', 'stale_code', 'phone']);
      expect(await look(`${margaret.qr}.AAAAA`)).toEqual(['not_valid', 'stale_code', 'phone']);
      expect(await look(`${margaret.printedQr}`)).toEqual(['valid', null, 'printed']);
    });

    it('knows a practice card, which stands in no registry', async () => {
      const practice = await running.get(CardTokens).practice('Practice', 30);
      expect(await validate({ credential: practice, scanId: randomUUID() })).toEqual({
        outcome: 'not_valid',
        reason: 'test_card',
        card: { firstName: 'Practice', validUntil: expect.stringMatching(/^2026-12-2\d$/), medium: null },
        offers: [],
      });
    });

    it('sees new terms at once, also those that another process wrote a moment ago when they are used', async () => {
      const offer = await given.offer(cafe.business.id);
      const scanId = randomUUID();
      const seen = await validate({ credential: margaret.printedQr, scanId });
      expect(seen.offers.map(({ id }) => id)).toContain(offer.id);
      await running
        .get(Database)
        .query(
          `UPDATE offer SET terms = terms || '{"minimumSpendPence": 5000}', revision = revision + 1 WHERE id = $1`,
          [offer.id],
        );
      const { body } = await post('/api/v1/redemptions', { scanId, offerId: offer.id, basketPence: 4999 }).expect(409);
      expect(body).toMatchObject({ reason: 'below_minimum_spend' });
      await running
        .get(Database)
        .transaction((tx) => tx.query(`UPDATE offer SET status = 'paused' WHERE id = $1`, [offer.id]));
      const after = await validate({ credential: margaret.printedQr, scanId: randomUUID() });
      expect(after.offers.map(({ id }) => id)).not.toContain(offer.id);
    });

    it('is for keys that may check cards, and a redemption for keys that may record uses', async () => {
      const offer = await given.offer(cafe.business.id);
      const keyWith = async (scope: string) => {
        const made = await given.tillKey(cafe.branch.id);
        await running
          .get(Database)
          .query('UPDATE till SET scopes = $2 FROM till_key WHERE key_hash = $1 AND till.id = till_id', [
            hashOfTillKey(made),
            [scope],
          ]);
        return made;
      };
      const [checks, records] = [await keyWith('validate'), await keyWith('redeem')];
      const scanId = randomUUID();
      const check = { credential: margaret.printedQr, scanId };
      const use = { scanId, offerId: offer.id };
      expect((await post('/api/v1/validations', check, records).expect(403)).body).toMatchObject({
        type: '/problems/scope-missing',
      });
      await post('/api/v1/validations', check, checks).expect(200);
      expect((await post('/api/v1/redemptions', use, checks).expect(403)).body).toMatchObject({
        type: '/problems/scope-missing',
      });
      await post('/api/v1/redemptions', use, records).expect(201);
    });

    it('refuses what is no card, in one of the words of the list', async () => {
      const other = margaret.card.number.endsWith('0') ? '1' : '0';
      const cases: [object, string][] = [
        [{ credential: 'https://example.org/menu' }, 'malformed'],
        [{ cardNumber: `${margaret.card.number.slice(0, -1)}${other}` }, 'malformed'],
        [{ cardNumber: 'CC000000000' }, 'unknown_card'],
        [{ credential: margaret.printedQr.slice(0, -8) + 'AAAAAAAA' }, 'bad_signature'],
      ];
      for (const [body, reason] of cases) {
        expect(await validate({ ...body, scanId: randomUUID() })).toMatchObject({
          outcome: 'not_valid',
          reason,
          offers: [],
        });
      }
    });

    it('refuses a suspended, replaced, test and outdated card', async () => {
      const ann = await given.card({ firstName: 'Ann' });
      const cards = running.get(Cards);
      const database = running.get(Database);
      await database.transaction((tx) => cards.suspend(tx, ann.card.id, staff, 'asked to'));
      expect((await validate({ credential: ann.printedQr, scanId: randomUUID() })).reason).toBe('suspended');
      await database.transaction((tx) => cards.lift(tx, ann.card.id, staff, 'found'));
      await database.transaction((tx) => cards.replaceLost(tx, ann.card.id, staff));
      expect((await validate({ credential: ann.printedQr, scanId: randomUUID() })).reason).toBe('revoked');
      expect((await validate({ cardNumber: ann.card.number, scanId: randomUUID() })).reason).toBe('revoked');
      const trial = await given.card({ firstName: 'Test' }, { test: true });
      expect((await validate({ credential: trial.printedQr, scanId: randomUUID() })).reason).toBe('test_card');

      running.clock.set('2028-11-21T12:00:00Z');
      try {
        expect((await validate({ credential: margaret.printedQr, scanId: randomUUID() })).reason).toBe('expired');
        expect((await validate({ cardNumber: margaret.card.number, scanId: randomUUID() })).reason).toBe('expired');
      } finally {
        running.clock.set('2026-11-21T12:00:00Z');
      }
    });

    it('is kept once, and the same scan gets the same answer, even when the card has changed since', async () => {
      const bea = await given.card({ firstName: 'Bea' });
      const scanId = randomUUID();
      expect((await validate({ credential: bea.printedQr, scanId })).outcome).toBe('valid');
      await running.get(Database).transaction((tx) => running.get(Cards).suspend(tx, bea.card.id, staff, 'x'));
      expect((await validate({ credential: bea.printedQr, scanId })).outcome).toBe('valid');
      const kept = await running.get(Database).query('SELECT id FROM validation WHERE scan_id = $1', [scanId]);
      expect(kept).toHaveLength(1);
    });

    it('keeps refusals too', async () => {
      const scanId = randomUUID();
      await validate({ cardNumber: 'CC000000000', scanId });
      const kept = await running
        .get(Database)
        .query('SELECT outcome, reason FROM validation WHERE scan_id = $1', [scanId]);
      expect(kept).toEqual([{ outcome: 'not_valid', reason: 'unknown_card' }]);
    });

    it('answers the same to 20 requests with one scan at the same moment, and keeps one', async () => {
      const scanId = randomUUID();
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => validate({ credential: margaret.printedQr, scanId })),
      );
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
      const kept = await running.get(Database).query('SELECT id FROM validation WHERE scan_id = $1', [scanId]);
      expect(kept).toHaveLength(1);
    });

    it('does not let one scan stand for two cards', async () => {
      const scanId = randomUUID();
      await validate({ credential: margaret.printedQr, scanId });
      const other = await given.card({ firstName: 'Cy' });
      await post('/api/v1/validations', { credential: other.printedQr, scanId }).expect(409);
    });

    it('lets nobody try out numbers until one is somebody’s', async () => {
      const guessing = await given.tillKey(cafe.branch.id);
      for (let tries = 0; tries < 60; tries++) {
        const cardNumber = newCardNumber(randomBytes);
        expect((await validate({ cardNumber, scanId: randomUUID() }, guessing)).reason).toBe('unknown_card');
      }
      const typed = { cardNumber: margaret.card.number, scanId: randomUUID() };
      await post('/api/v1/validations', typed, guessing).expect(429);
      // Scanning goes on, and so do the other tills of the shop.
      const scanned = { credential: margaret.printedQr, scanId: randomUUID() };
      expect((await validate(scanned, guessing)).outcome).toBe('valid');
      expect((await validate({ ...typed, scanId: randomUUID() })).outcome).toBe('valid');
    });

    it('needs a till’s key', async () => {
      const body = { credential: margaret.printedQr, scanId: randomUUID() };
      await post('/api/v1/validations', body, null).expect(401);
      const { body: problem } = (await post('/api/v1/validations', body, 'ck_aaaaaaaaaaaaaaaaaaaaaaaaaaa').expect(
        401,
      )) as {
        body: { type: string };
      };
      expect(problem.type).toBe('/problems/till-key-refused');
    });

    it('says which field to put right', async () => {
      const { body } = (await post('/api/v1/validations', { scanId: 'one' }).expect(422)) as {
        body: { errors: { field: string; message: string }[] };
      };
      expect(body.errors.map(({ field }) => field)).toEqual(expect.arrayContaining(['scanId']));
      await post('/api/v1/validations', { credential: 'a\u0000b', scanId: randomUUID() }).expect(422);
    });
  });

  describe('a redemption', () => {
    const scan = async (card: GivenCard = margaret) => {
      const scanId = randomUUID();
      expect((await validate({ credential: card.printedQr, scanId })).outcome).toBe('valid');
      return scanId;
    };
    const redeem = (scanId: string, offerId: string, more: object = {}) =>
      post('/api/v1/redemptions', { scanId, offerId, ...more });

    it('is recorded once, with the saving, however often it is sent', async () => {
      const offer = await given.offer(cafe.business.id);
      const scanId = await scan();
      const first = await redeem(scanId, offer.id, { basketPence: 1250 }).expect(201);
      expect(first.body).toMatchObject({ scanId, offerId: offer.id, savingPence: 125, undone: false });
      const again = await redeem(scanId, offer.id, { basketPence: 1250 }).expect(200);
      expect(again.body).toEqual(first.body);
    });

    it('needs an accepted validation of the same scan', async () => {
      const offer = await given.offer(cafe.business.id);
      const { body } = (await redeem(randomUUID(), offer.id).expect(409)) as { body: { type: string } };
      expect(body.type).toBe('/problems/no-accepted-validation');
    });

    it('is refused once the card of an old scan has run out', async () => {
      const offer = await given.offer(cafe.business.id);
      const scanId = await scan();
      const lastDay = running.clock.now();
      running.clock.set('2028-11-21T12:00:00Z');
      try {
        const { body } = (await redeem(scanId, offer.id).expect(409)) as { body: { reason: string } };
        expect(body.reason).toBe('expired');
        // What happened on its last day may be told a day later.
        await redeem(scanId, offer.id, { occurredAt: '2028-11-20T12:00:00Z' }).expect(201);
      } finally {
        running.clock.set(lastDay);
      }
    });

    it('may be told within a day; beyond that the answer names the upload, and no limit of days gone by is spent', async () => {
      const offer = await given.offer(cafe.business.id, { limits: { perCard: { count: 1, period: 'day' } } });
      const scanId = await scan();
      const ago = (minutes: number) => new Date(running.clock.now().getTime() - minutes * 60_000).toISOString();
      const { body } = (await redeem(scanId, offer.id, { occurredAt: ago(24 * 60 + 1) }).expect(422)) as {
        body: { errors: object[] };
      };
      expect(body.errors).toEqual([
        { field: 'occurredAt', message: expect.stringContaining('POST /api/v1/redemptions/batch') },
      ]);
      await redeem(scanId, offer.id, { occurredAt: ago(-6) }).expect(422);
      await redeem(scanId, offer.id, { occurredAt: ago(24 * 60) }).expect(201);
    });

    it('is refused with the reason when the rules say no', async () => {
      const weekdays = await given.offer(cafe.business.id, { days: [1, 2, 3, 4] });
      const spend = await given.offer(cafe.business.id, { minimumSpendPence: 1000 });
      const elsewhere = await given.business({ name: 'Elsewhere' });
      const there = await given.offer(elsewhere.business.id);
      const scanId = await scan();
      const now = await redeem(scanId, weekdays.id).expect(409);
      expect(now.body).toMatchObject({ reason: 'offer_not_now', nextUsableAt: '2026-11-23T00:00:00.000Z' });
      expect((await redeem(scanId, spend.id, { basketPence: 999 }).expect(409)).body).toMatchObject({
        reason: 'below_minimum_spend',
      });
      expect((await redeem(scanId, there.id).expect(409)).body).toMatchObject({ reason: 'offer_not_here' });
    });

    it('is told of a limit, and what is left of it', async () => {
      const offer = await given.offer(cafe.business.id, { limits: { perCard: { count: 2, period: 'week' } } });
      const dee = await given.card({ firstName: 'Dee' });
      await redeem(await scan(dee), offer.id).expect(201);
      const after = await validate({ credential: dee.printedQr, scanId: randomUUID() });
      expect(after.offers.find(({ id }) => id === offer.id)).toMatchObject({ usable: true, remaining: 1 });
      await redeem(await scan(dee), offer.id).expect(201);
      expect((await redeem(await scan(dee), offer.id).expect(409)).body).toMatchObject({
        reason: 'limit_reached',
        nextUsableAt: '2026-11-23T00:00:00.000Z',
      });
      // Another card has its own, and next week it begins afresh.
      await redeem(await scan(margaret), offer.id).expect(201);
      running.clock.set('2026-11-23T09:00:00Z');
      try {
        await redeem(await scan(dee), offer.id).expect(201);
      } finally {
        running.clock.set('2026-11-21T12:00:00Z');
      }
    });

    it('has no fresh limit for a card that replaces a lost one', async () => {
      const offer = await given.offer(cafe.business.id, { limits: { perCard: { count: 1, period: 'week' } } });
      const eve = await given.card({ firstName: 'Eve' });
      await redeem(await scan(eve), offer.id).expect(201);
      const next = await running
        .get(Database)
        .transaction((tx) => running.get(Cards).replaceLost(tx, eve.card.id, staff));
      const scanId = randomUUID();
      const answer = await validate({ cardNumber: next.card.number, scanId });
      expect(answer.outcome).toBe('valid');
      expect(answer.offers.find(({ id }) => id === offer.id)).toMatchObject({ usable: false, reason: 'limit_reached' });
      expect((await redeem(scanId, offer.id).expect(409)).body).toMatchObject({ reason: 'limit_reached' });
    });

    it('never exceeds a limit under parallel requests', async () => {
      const offer = await given.offer(cafe.business.id, {
        limits: { perCard: { count: 2, period: 'day' }, perDay: 7, total: 7 },
      });
      const cards = await Promise.all(Array.from({ length: 5 }, (_, index) => given.card({ firstName: `P${index}` })));
      const scans = await Promise.all(cards.flatMap((card) => Array.from({ length: 6 }, () => scan(card))));
      const statuses = await Promise.all(scans.map(async (scanId) => (await redeem(scanId, offer.id)).status));
      expect(statuses.filter((status) => status === 201)).toHaveLength(7);
      expect(statuses.filter((status) => status === 409)).toHaveLength(23);
      const counters = await running
        .get(Database)
        .query<{ scope: string; used: number }>('SELECT scope, used FROM offer_counter WHERE offer_id = $1', [
          offer.id,
        ]);
      expect(counters.find(({ scope }) => scope === 'total')?.used).toBe(7);
      expect(
        Math.max(...counters.filter(({ scope }) => scope.startsWith('card:')).map(({ used }) => used)),
      ).toBeLessThanOrEqual(2);
    });

    it('counts once when the same redemption arrives many times at once', async () => {
      const offer = await given.offer(cafe.business.id, { limits: { total: 3 } });
      const scanId = await scan();
      const statuses = await Promise.all(
        Array.from({ length: 12 }, async () => (await redeem(scanId, offer.id)).status),
      );
      expect(statuses.filter((status) => status === 201)).toHaveLength(1);
      expect(statuses.filter((status) => status === 200)).toHaveLength(11);
      const [counter] = await running
        .get(Database)
        .query<{ used: number }>('SELECT used FROM offer_counter WHERE offer_id = $1', [offer.id]);
      expect(counter?.used).toBe(1);
    });

    it('can be taken back for ten minutes, which gives the use back, once', async () => {
      const offer = await given.offer(cafe.business.id, { limits: { perCard: { count: 1, period: 'ever' } } });
      const eve = await given.card({ firstName: 'Eve' });
      const made = (await redeem(await scan(eve), offer.id).expect(201)) as { body: { id: string } };
      const undo = () => post(`/api/v1/redemptions/${made.body.id}/undo`, { reason: 'mistake' });
      expect((await undo().expect(200)).body).toMatchObject({ undone: true });
      await undo().expect(200);
      const second = (await redeem(await scan(eve), offer.id).expect(201)) as { body: { id: string } };
      running.clock.advance({ minutes: 11 });
      try {
        await post(`/api/v1/redemptions/${second.body.id}/undo`, { reason: 'mistake' }).expect(409);
      } finally {
        running.clock.set('2026-11-21T12:00:00Z');
      }
    });

    it('is not another branch’s to take back', async () => {
      const offer = await given.offer(cafe.business.id);
      const made = (await redeem(await scan(), offer.id).expect(201)) as { body: { id: string } };
      const elsewhere = await given.business({ name: 'Next door' });
      const otherKey = await given.tillKey(elsewhere.branch.id);
      await post(`/api/v1/redemptions/${made.body.id}/undo`, { reason: 'mistake' }, otherKey).expect(404);
    });
  });
});

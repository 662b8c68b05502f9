import { randomUUID } from 'node:crypto';
import { Cards } from '@carers/cards';
import { Database } from '@carers/database';
import { Offers } from '@carers/offers';
import { Tills } from '@carers/till';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { noon, staff, TillUploads, type UploadedUse, type UploadResult } from '../support/till-uploads.js';

describe('an upload of what a till recorded by itself', () => {
  let counter: TillUploads;
  beforeAll(async () => {
    counter = await TillUploads.start();
  });
  afterAll(() => counter?.running.close());
  beforeEach(() => counter.running.clock.set(noon));

  const inTransaction = (work: (cards: Cards, tx: Parameters<Cards['suspend']>[0]) => Promise<unknown>) =>
    counter.running.get(Database).transaction((tx) => work(counter.running.get(Cards), tx));

  it('is recorded as it happened, in the order in which it happened', async () => {
    const uses = [
      counter.useOf({ credential: counter.margaret.qr, basketPence: 1250 }),
      counter.useOf({ occurredAt: '2026-11-21T11:40:00Z' }),
      counter.useOf({ credential: undefined, cardNumber: counter.margaret.card.number.toLowerCase() }),
    ];
    const results = await counter.upload(uses);
    expect(results).toEqual(
      uses.map(({ scanId, offerId }) => ({
        scanId,
        offerId,
        result: 'recorded',
        redemptionId: expect.any(String),
        flags: [],
      })),
    );
    const rows = await Promise.all(results.map(({ redemptionId }) => counter.row(redemptionId)));
    expect(rows[0]).toMatchObject({
      source: 'offline',
      code_check: 'not_checked',
      card_id: counter.margaret.card.id,
      basket_pence: 1250,
      saving_pence: 125,
      occurred_at: new Date('2026-11-21T11:30:00Z'),
      recorded_at: new Date(noon),
      offer_revision: 1,
    });
    expect(rows[1]).toMatchObject({ code_check: null, occurred_at: new Date('2026-11-21T11:40:00Z') });
    expect(rows[2]).toMatchObject({ code_check: null, card_id: counter.margaret.card.id });
    for (const { scanId } of uses) expect(await counter.reviewsOf(scanId)).toEqual([]);
  });

  it('again changes nothing, and says so', async () => {
    const uses = [
      counter.useOf(),
      counter.useOf(),
      counter.useOf({ cardNumber: 'CC000000000', credential: undefined }),
    ];
    const first = await counter.upload(uses);
    const again = await counter.upload(uses);
    expect(again.map(({ result }) => result)).toEqual(['recorded_before', 'recorded_before', 'kept_for_review']);
    expect(again.map(({ redemptionId }) => redemptionId)).toEqual(first.map(({ redemptionId }) => redemptionId));
    expect(await counter.reviewsOf(uses[2]!['scanId'])).toHaveLength(1);
    const twice = counter.useOf();
    expect((await counter.upload([twice, twice])).map(({ result }) => result)).toEqual(['recorded', 'recorded_before']);
  });

  describe('and a scan that the server knows already', () => {
    it('counts once when it was recorded online first', async () => {
      const limited = await counter.offerWith({ limits: { total: 5 } });
      const scanId = randomUUID();
      await counter.post('/api/v1/validations', { credential: counter.margaret.printedQr, scanId }).expect(200);
      const { body } = await counter.post('/api/v1/redemptions', { scanId, offerId: limited.id }).expect(201);
      const after = await counter.told(counter.useOf({ scanId, offerId: limited.id }));
      expect(after).toMatchObject({ result: 'recorded_before', redemptionId: (body as { id: string }).id });
      expect(await counter.used(limited.id)).toBe(1);
    });

    it('counts once when it was recorded offline first', async () => {
      const limited = await counter.offerWith({ limits: { total: 5 } });
      const scanId = randomUUID();
      const { redemptionId } = await counter.told(counter.useOf({ scanId, offerId: limited.id }));
      await counter.post('/api/v1/validations', { credential: counter.margaret.printedQr, scanId }).expect(200);
      const { body } = await counter.post('/api/v1/redemptions', { scanId, offerId: limited.id }).expect(200);
      expect(body).toMatchObject({ id: redemptionId });
      expect(await counter.used(limited.id)).toBe(1);
    });

    it('is flagged when it was of another card, or refused', async () => {
      const other = await counter.given.card({ firstName: 'Cy' });
      const [scanId, refused] = [randomUUID(), randomUUID()];
      await counter.post('/api/v1/validations', { credential: other.printedQr, scanId }).expect(200);
      expect(await counter.told(counter.useOf({ scanId }))).toMatchObject({
        result: 'recorded',
        flags: ['scan_used_for_another_card'],
      });
      await counter.post('/api/v1/validations', { cardNumber: 'CC000000000', scanId: refused }).expect(200);
      expect((await counter.told(counter.useOf({ scanId: refused }))).flags).toEqual(['refused_before']);
    });
  });

  describe('beyond a limit', () => {
    it('counts all the same, and staff look at what went beyond', async () => {
      const limited = await counter.offerWith({
        limits: { total: 3, perDay: 3, perCard: { count: 2, period: 'day' } },
      });
      const uses = Array.from({ length: 5 }, (_, index) =>
        counter.useOf({ offerId: limited.id, occurredAt: `2026-11-21T11:3${index}:00Z` }),
      );
      const results = await counter.upload(uses);
      expect(results.map(({ result }) => result)).toEqual(Array(5).fill('recorded'));
      expect(results.map(({ flags }) => flags)).toEqual([[], [], ...Array<string[]>(3).fill(['limit_reached'])]);
      expect(await counter.used(limited.id)).toBe(5);
      expect(await counter.used(limited.id, 'day:2026-11-21')).toBe(5);
      expect((await counter.row(results[4]!.redemptionId))['flags']).toEqual(['limit_reached']);
      expect(await counter.reviewsOf(uses[1]!['scanId'])).toEqual([]);
      expect(await counter.reviewsOf(uses[4]!['scanId'])).toEqual([
        {
          kind: 'offline_use',
          subject_kind: 'card',
          reason_key: 'till:offline.limit_reached',
          evidence: expect.objectContaining({
            redemptionId: results[4]!.redemptionId,
            limits: [
              { limit: 'total', most: 3, used: 5 },
              { limit: 'day', most: 3, used: 5 },
              { limit: 'card', most: 2, used: 5 },
            ],
          }),
        },
      ]);
    });

    it('leaves nothing for those who come online', async () => {
      const limited = await counter.offerWith({ limits: { total: 1 } });
      await counter.told(counter.useOf({ offerId: limited.id }));
      const scanId = randomUUID();
      await counter.post('/api/v1/validations', { credential: counter.margaret.printedQr, scanId }).expect(200);
      const { body } = await counter.post('/api/v1/redemptions', { scanId, offerId: limited.id }).expect(409);
      expect(body).toMatchObject({ reason: 'limit_reached' });
    });

    it('counts for the day on which it happened', async () => {
      const limited = await counter.offerWith({ limits: { perDay: 1 } });
      const days = ['2026-11-20T11:00:00Z', '2026-11-20T12:00:00Z', '2026-11-21T09:00:00Z'];
      const results = await counter.upload(
        days.map((occurredAt) => counter.useOf({ offerId: limited.id, occurredAt })),
      );
      // The offer was published today: what happened yesterday is flagged for that too.
      expect(results.map(({ flags }) => flags.includes('limit_reached'))).toEqual([false, true, false]);
    });
  });

  describe('with a card that had ended', () => {
    it('is recorded and flagged when it had ended before, and not when afterwards', async () => {
      const bea = await counter.given.card({ firstName: 'Bea' });
      counter.running.clock.set('2026-11-21T11:00:00Z');
      await inTransaction((cards, tx) => cards.replaceLost(tx, bea.card.id, staff));
      counter.running.clock.set(noon);
      const after = counter.useOf({ credential: bea.printedQr, listAsOf: '2026-11-21T10:45:00Z' });
      const before = counter.useOf({ credential: bea.printedQr, occurredAt: '2026-11-21T10:59:00Z' });
      const typed = counter.useOf({ credential: undefined, cardNumber: bea.card.number });
      const results = await counter.upload([after, before, typed]);
      expect(results.map(({ result, flags }) => [result, flags])).toEqual([
        ['recorded', ['revoked']],
        ['recorded', []],
        ['recorded', ['revoked']],
      ]);
      const [review] = await counter.reviewsOf(after['scanId']);
      expect(review).toMatchObject({
        kind: 'offline_use',
        subject_kind: 'card',
        reason_key: 'till:offline.revoked',
        evidence: { endedBeforeMinutes: 30, listAgeMinutes: 45, occurredAt: '2026-11-21T11:30:00.000Z' },
      });
      expect(JSON.stringify(review)).not.toMatch(/Bea|Hale/);
    });

    it('is flagged when it was suspended then, even if it is not any more', async () => {
      const cy = await counter.given.card({ firstName: 'Cy' });
      counter.running.clock.set('2026-11-21T11:00:00Z');
      await inTransaction((cards, tx) => cards.suspend(tx, cy.card.id, staff, 'asked to'));
      counter.running.clock.set('2026-11-21T11:45:00Z');
      await inTransaction((cards, tx) => cards.lift(tx, cy.card.id, staff, 'found'));
      counter.running.clock.set(noon);
      const times = ['10:59', '11:00', '11:44', '11:45', '11:50'];
      const results = await counter.upload(
        times.map((time) => counter.useOf({ credential: cy.printedQr, occurredAt: `2026-11-21T${time}:00Z` })),
      );
      expect(results.map(({ flags }) => flags)).toEqual([[], ['suspended'], ['suspended'], [], []]);
    });

    it('is flagged when its time had run out, and not on its last day', async () => {
      counter.running.clock.set('2028-11-21T12:00:00Z');
      const [lastDay, after] = await counter.upload(
        [counter.useOf({ occurredAt: '2028-11-20T23:30:00Z' }), counter.useOf({ occurredAt: '2028-11-21T00:30:00Z' })],
        { sentAt: '2028-11-21T12:00:00Z' },
      );
      expect(lastDay).toMatchObject({ result: 'recorded', flags: [] });
      expect(after).toMatchObject({ result: 'recorded', flags: ['expired'] });
    });
  });

  it('keeps for review what cannot become a use, and never drops it', async () => {
    const elsewhere = await counter.given.business({ name: 'Elsewhere' });
    const theirs = await counter.given.offer(elsewhere.business.id);
    const cases: [UploadedUse, string][] = [
      [{ credential: 'https://example.org/menu' }, 'malformed'],
      [{ credential: 'x'.repeat(4000) }, 'malformed'],
      [{ credential: undefined }, 'malformed'],
      [{ credential: `${counter.margaret.printedQr.slice(0, -8)}AAAAAAAA` }, 'bad_signature'],
      [{ credential: undefined, cardNumber: 'CC000000000' }, 'unknown_card'],
      [{ offerId: randomUUID() }, 'unknown_offer'],
      [{ offerId: theirs.id }, 'unknown_offer'],
    ];
    const uses = cases.map(([more]) => counter.useOf(more));
    const results = await counter.upload([...uses, counter.useOf()]);
    expect(results.slice(0, -1).map(({ result, redemptionId, flags }) => [result, redemptionId, flags])).toEqual(
      cases.map(([, flag]) => ['kept_for_review', null, [flag]]),
    );
    expect(results.at(-1)).toMatchObject({ result: 'recorded' });
    for (const { scanId } of uses) {
      expect(await counter.reviewsOf(scanId)).toMatchObject([{ kind: 'offline_kept' }]);
    }
  });

  it('does not count practice', async () => {
    const trial = await counter.given.card({ firstName: 'Test' }, { test: true });
    const uses = [
      counter.useOf({ credential: trial.printedQr }),
      counter.useOf({ credential: undefined, cardNumber: trial.card.number }),
    ];
    const results = await counter.upload(uses);
    expect(results.map(({ result, redemptionId, flags }) => [result, redemptionId, flags])).toEqual([
      ['ignored_test_card', null, []],
      ['ignored_test_card', null, []],
    ]);
    expect(await counter.reviewsOf(uses[0]!['scanId'])).toEqual([]);
  });

  describe('by a till whose clock is wrong', () => {
    it('is put right by what it is off, and the evidence says so', async () => {
      const dee = await counter.given.card({ firstName: 'Dee' });
      counter.running.clock.set('2026-11-21T11:40:00Z');
      await inTransaction((cards, tx) => cards.replaceLost(tx, dee.card.id, staff));
      counter.running.clock.set(noon);
      // Five hours behind: by its own clock the uses were at 6.30 and 6.45.
      const uses = ['06:30', '06:45'].map((time) =>
        counter.useOf({ credential: dee.printedQr, occurredAt: `2026-11-21T${time}:00Z` }),
      );
      const results = await counter.upload(uses, { sentAt: '2026-11-21T07:00:00Z' });
      expect(results.map(({ flags }) => flags)).toEqual([[], ['revoked']]);
      expect(await counter.row(results[0]!.redemptionId)).toMatchObject({
        occurred_at: new Date('2026-11-21T11:30:00Z'),
      });
      expect((await counter.reviewsOf(uses[1]!['scanId']))[0]!.evidence).toMatchObject({
        clockOffMinutes: 300,
        endedBeforeMinutes: 5,
      });
    });

    it('is kept and flagged when its time cannot be, or was long ago', async () => {
      const uses = ['2026-11-21T12:30:00Z', '2026-10-20T12:00:00Z', 'noon', '1970-01-01T00:00:00Z'].map((occurredAt) =>
        counter.useOf({ occurredAt }),
      );
      const results = await counter.upload(uses);
      expect(results.map(({ result, flags }) => [result, flags[0]])).toEqual([
        ['recorded', 'in_future'],
        ['recorded', 'too_old'],
        ['recorded', 'time_unknown'],
        ['recorded', 'time_unknown'],
      ]);
      expect(await counter.row(results[0]!.redemptionId)).toMatchObject({ occurred_at: new Date(noon) });
      expect(await counter.row(results[1]!.redemptionId)).toMatchObject({
        occurred_at: new Date('2026-10-20T12:00:00Z'),
      });
    });
  });

  it('is judged by the rules of that time', async () => {
    const weekdays = await counter.offerWith({ days: [1, 2, 3, 4, 5] });
    const spend = await counter.offerWith({ minimumSpendPence: 1000 });
    const fresh = await counter.offerWith({ staleListDays: 2 });
    const results = await counter.upload([
      counter.useOf({ offerId: weekdays.id }),
      counter.useOf({ offerId: spend.id, basketPence: 999 }),
      counter.useOf({ offerId: spend.id, basketPence: 1000 }),
      counter.useOf({ offerId: fresh.id, listAsOf: '2026-11-18T11:00:00Z' }),
      counter.useOf({ offerId: fresh.id, listAsOf: '2026-11-20T11:00:00Z' }),
      counter.useOf({ offerId: spend.id, basketPence: -3.5 }),
    ]);
    expect(results.map(({ flags }) => flags)).toEqual([
      ['offer_not_now'],
      ['below_minimum_spend'],
      [],
      ['list_too_old'],
      [],
      [],
    ]);
    counter.running.clock.advance({ hours: 1 });
    await counter.running.get(Database).query(`UPDATE offer SET status = 'paused' WHERE id = $1`, [spend.id]);
    expect((await counter.told(counter.useOf({ offerId: spend.id }))).flags).toEqual(['offer_not_here']);
  });

  it('goes by the terms that the till had, where they are known', async () => {
    const changed = await counter.offerWith();
    const offers = counter.running.get(Offers);
    const terms = { kind: 'percentage', percent: 20, who: 'carer', how: 'in_person', minimumSpendPence: 2000 } as const;
    await offers.edit(changed.id, { subject: null, terms }, staff);
    await offers.publish(changed.id, staff);
    const results = await counter.upload(
      [1, 2, 7, undefined].map((offerRevision) =>
        counter.useOf({ offerId: changed.id, basketPence: 1000, offerRevision }),
      ),
    );
    expect(results.map(({ flags }) => flags)).toEqual([
      [],
      ['below_minimum_spend'],
      ['below_minimum_spend'],
      ['below_minimum_spend'],
    ]);
    expect(await counter.row(results[0]!.redemptionId)).toMatchObject({ offer_revision: 1, saving_pence: 100 });
    expect(await counter.row(results[2]!.redemptionId)).toMatchObject({ offer_revision: 2, saving_pence: null });
  });

  it('is saved item by item: what cannot be saved is kept for review and takes no other with it', async () => {
    const full = await counter.offerWith({ limits: { total: 5 } });
    await counter.running
      .get(Database)
      .query(`INSERT INTO offer_counter (offer_id, scope, used) VALUES ($1, 'total', 2147483647)`, [full.id]);
    const bad = counter.useOf({ offerId: full.id });
    const results = await counter.upload([counter.useOf(), bad, counter.useOf()]);
    expect(results.map(({ result }) => result)).toEqual(['recorded', 'kept_for_review', 'recorded']);
    expect(results[1]).toMatchObject({ redemptionId: null, flags: ['not_saved'] });
    expect(await counter.reviewsOf(bad['scanId'])).toMatchObject([{ kind: 'offline_kept' }]);
  });

  it('is refused as a whole when its form is wrong, or the key may not record uses', async () => {
    const batch = (body: object, bearer?: string) => counter.post('/api/v1/redemptions/batch', body, bearer);
    await batch({ sentAt: noon, redemptions: [] }).expect(422);
    await batch({ sentAt: noon, redemptions: Array.from({ length: 101 }, () => counter.useOf()) }).expect(422);
    await batch({ sentAt: 'now', redemptions: [counter.useOf()] }).expect(422);
    const { body } = await batch({
      sentAt: noon,
      redemptions: [counter.useOf(), counter.useOf({ scanId: 'one' })],
    }).expect(422);
    expect((body as { errors: { field: string }[] }).errors).toMatchObject([{ field: 'redemptions.1.scanId' }]);
    await batch({ sentAt: noon, redemptions: [counter.useOf()] }, 'ck_aaaaaaaaaaaaaaaaaaaaaaaaaaa').expect(401);
    const { till, key: looking } = await counter.running.get(Tills).create(counter.cafe.branch.id, 'Looks only', staff);
    await counter.running.get(Database).query(`UPDATE till SET scopes = '{validate}' WHERE id = $1`, [till.id]);
    const refused = await batch({ sentAt: noon, redemptions: [counter.useOf()] }, looking).expect(403);
    expect(refused.body).toMatchObject({ type: '/problems/scope-missing' });
  });

  it('leaves one line in the audit trail, and none when nothing was new', async () => {
    const { till, key: own } = await counter.running.get(Tills).create(counter.cafe.branch.id, 'Terrace', staff);
    const uses = [counter.useOf(), counter.useOf({ offerId: randomUUID() })];
    await counter.upload(uses, { bearer: own });
    await counter.upload([uses[0]!], { bearer: own });
    const trail = await counter.running
      .get(Database)
      .query<{ action: string; details: object }>(
        `SELECT action, details FROM audit_event WHERE subject_id = $1 AND action = 'till.uploaded'`,
        [till.id],
      );
    expect(trail).toEqual([
      { action: 'till.uploaded', details: { recorded: 1, recordedBefore: 0, keptForReview: 1, flagged: 1 } },
    ]);
  });

  describe('by two processes at the same moment', () => {
    let second: TestApp;
    beforeAll(async () => {
      second = await startTestApp({ at: noon, databaseUrl: counter.running.settings.databaseUrl });
    });
    afterAll(() => second?.close());

    const send = (app: TestApp, redemptions: UploadedUse[], bearer: string) =>
      app
        .browser()
        .post('/api/v1/redemptions/batch')
        .set('authorization', `Bearer ${bearer}`)
        .send({ sentAt: noon, redemptions });

    it('is recorded once, each item, and every limit counts it once', async () => {
      const limited = await counter.offerWith({
        limits: { total: 4, perDay: 4, perCard: { count: 3, period: 'week' } },
      });
      const cards = [
        counter.margaret,
        await counter.given.card({ firstName: 'Eve' }),
        await counter.given.card({ firstName: 'Fay' }),
      ];
      let expected = 0;
      for (let round = 0; round < 5; round++) {
        const uses = Array.from({ length: 12 }, (_, index) =>
          counter.useOf({
            offerId: index % 3 === 2 ? counter.offer.id : limited.id,
            credential: cards[index % cards.length]!.printedQr,
          }),
        );
        expected += uses.filter(({ offerId }) => offerId === limited.id).length;
        const answers = await Promise.all(
          [counter.running, second, counter.running, second].map((app, index) =>
            send(app, index < 2 ? uses : [...uses].reverse(), counter.key),
          ),
        );
        expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
        const results = answers.flatMap(({ body }) => (body as { results: UploadResult[] }).results);
        expect(results.filter(({ result }) => result === 'recorded')).toHaveLength(uses.length);
        expect(results.filter(({ result }) => result === 'recorded_before')).toHaveLength(3 * uses.length);
        expect(new Set(results.map(({ redemptionId }) => redemptionId)).size).toBe(uses.length);
      }
      expect(await counter.used(limited.id)).toBe(expected);
      expect(await counter.used(limited.id, 'day:2026-11-21')).toBe(expected);
    }, 30_000);

    it('does not stand in the way of other tills at the same offers, nor they in its way', async () => {
      const offers = await Promise.all(
        [1, 2, 3].map(() => counter.offerWith({ limits: { total: 1000, perDay: 1000 } })),
      );
      const keys = await Promise.all([1, 2, 3].map(() => counter.given.tillKey(counter.cafe.branch.id)));
      const online = await Promise.all(
        Array.from({ length: 9 }, async (_, index) => {
          const scanId = randomUUID();
          await counter.post('/api/v1/validations', { credential: counter.margaret.printedQr, scanId }).expect(200);
          return { scanId, offerId: offers[index % 3]!.id };
        }),
      );
      const answers = await Promise.all([
        ...keys.map((bearer, turn) =>
          send(
            turn % 2 ? second : counter.running,
            Array.from({ length: 30 }, (_, index) => counter.useOf({ offerId: offers[(index + turn) % 3]!.id })),
            bearer,
          ),
        ),
        ...online.map((body) => counter.post('/api/v1/redemptions', body)),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, ...Array<number>(9).fill(201)]);
      for (const { id } of offers) expect(await counter.used(id)).toBe(33);
    }, 30_000);
  });
});

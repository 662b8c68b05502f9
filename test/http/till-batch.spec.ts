import { randomUUID } from 'node:crypto';
import { Cards } from '@carers/cards';
import { Database } from '@carers/database';
import { type Offer, Offers } from '@carers/offers';
import { Tills } from '@carers/till';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { Given, type GivenBusiness, type GivenCard } from '../support/given.js';

interface Result {
  scanId: string;
  offerId: string;
  result: string;
  redemptionId: string | null;
  flags: string[];
}
type Use = Record<string, unknown>;
const staff = { kind: 'system', id: 'test' } as const;
const noon = '2026-11-21T12:00:00Z';

describe('an upload of what a till recorded by itself', () => {
  let running: TestApp;
  let given: Given;
  let cafe: GivenBusiness;
  let margaret: GivenCard;
  let offer: Offer;
  let key: string;

  beforeAll(async () => {
    running = await startTestApp({ at: '2026-11-21T08:00:00Z' });
    given = new Given(running);
    await given.scheme();
    cafe = await given.business();
    margaret = await given.card();
    offer = await given.offer(cafe.business.id);
    key = await given.tillKey(cafe.branch.id);
    running.clock.set(noon);
  });
  afterAll(() => running?.close());
  beforeEach(() => running.clock.set(noon));

  const post = (path: string, body: object, bearer = key) =>
    running.browser().post(path).set('authorization', `Bearer ${bearer}`).send(body);
  const useOf = (more: Use = {}): Use => ({
    scanId: randomUUID(),
    offerId: offer.id,
    credential: margaret.printedQr,
    occurredAt: '2026-11-21T11:30:00Z',
    ...more,
  });
  const upload = async (uses: Use[], { sentAt = noon, bearer = key }: { sentAt?: string; bearer?: string } = {}) => {
    const { body } = await post('/api/v1/redemptions/batch', { sentAt, redemptions: uses }, bearer).expect(200);
    return (body as { results: Result[] }).results;
  };
  const told = async (use: Use, options?: { sentAt?: string; bearer?: string }) => (await upload([use], options))[0]!;
  const row = async (id: string | null) =>
    (await running.get(Database).query<Record<string, unknown>>('SELECT * FROM redemption WHERE id = $1', [id]))[0]!;
  const reviewsOf = (scanId: unknown) =>
    running
      .get(Database)
      .query<{ kind: string; subject_kind: string; reason_key: string; evidence: Record<string, unknown> }>(
        `SELECT kind, subject_kind, reason_key, evidence FROM review_item WHERE evidence ->> 'scanId' = $1`,
        [scanId],
      );
  const used = async (id: string, scope = 'total') =>
    (
      await running
        .get(Database)
        .query<{ used: number }>('SELECT used FROM offer_counter WHERE offer_id = $1 AND scope = $2', [id, scope])
    )[0]?.used;
  /** An offer that was published this morning. */
  const offerWith = async (terms: Parameters<Given['offer']>[1] = {}) => {
    running.clock.set('2026-11-21T08:00:00Z');
    const made = await given.offer(cafe.business.id, terms);
    running.clock.set(noon);
    return made;
  };
  const inTransaction = (work: (cards: Cards, tx: Parameters<Cards['suspend']>[0]) => Promise<unknown>) =>
    running.get(Database).transaction((tx) => work(running.get(Cards), tx));

  it('is recorded as it happened, in the order in which it happened', async () => {
    const uses = [
      useOf({ credential: margaret.qr, basketPence: 1250 }),
      useOf({ occurredAt: '2026-11-21T11:40:00Z' }),
      useOf({ credential: undefined, cardNumber: margaret.card.number.toLowerCase() }),
    ];
    const results = await upload(uses);
    expect(results).toEqual(
      uses.map(({ scanId, offerId }) => ({
        scanId,
        offerId,
        result: 'recorded',
        redemptionId: expect.any(String),
        flags: [],
      })),
    );
    const rows = await Promise.all(results.map(({ redemptionId }) => row(redemptionId)));
    expect(rows[0]).toMatchObject({
      source: 'offline',
      code_check: 'not_checked',
      card_id: margaret.card.id,
      basket_pence: 1250,
      saving_pence: 125,
      occurred_at: new Date('2026-11-21T11:30:00Z'),
      recorded_at: new Date(noon),
      offer_revision: 1,
    });
    expect(rows[1]).toMatchObject({ code_check: null, occurred_at: new Date('2026-11-21T11:40:00Z') });
    expect(rows[2]).toMatchObject({ code_check: null, card_id: margaret.card.id });
    for (const { scanId } of uses) expect(await reviewsOf(scanId)).toEqual([]);
  });

  it('again changes nothing, and says so', async () => {
    const uses = [useOf(), useOf(), useOf({ cardNumber: 'CC000000000', credential: undefined })];
    const first = await upload(uses);
    const again = await upload(uses);
    expect(again.map(({ result }) => result)).toEqual(['recorded_before', 'recorded_before', 'kept_for_review']);
    expect(again.map(({ redemptionId }) => redemptionId)).toEqual(first.map(({ redemptionId }) => redemptionId));
    expect(await reviewsOf(uses[2]!['scanId'])).toHaveLength(1);
    const twice = useOf();
    expect((await upload([twice, twice])).map(({ result }) => result)).toEqual(['recorded', 'recorded_before']);
  });

  describe('and a scan that the server knows already', () => {
    it('counts once when it was recorded online first', async () => {
      const limited = await offerWith({ limits: { total: 5 } });
      const scanId = randomUUID();
      await post('/api/v1/validations', { credential: margaret.printedQr, scanId }).expect(200);
      const { body } = await post('/api/v1/redemptions', { scanId, offerId: limited.id }).expect(201);
      const after = await told(useOf({ scanId, offerId: limited.id }));
      expect(after).toMatchObject({ result: 'recorded_before', redemptionId: (body as { id: string }).id });
      expect(await used(limited.id)).toBe(1);
    });

    it('counts once when it was recorded offline first', async () => {
      const limited = await offerWith({ limits: { total: 5 } });
      const scanId = randomUUID();
      const { redemptionId } = await told(useOf({ scanId, offerId: limited.id }));
      await post('/api/v1/validations', { credential: margaret.printedQr, scanId }).expect(200);
      const { body } = await post('/api/v1/redemptions', { scanId, offerId: limited.id }).expect(200);
      expect(body).toMatchObject({ id: redemptionId });
      expect(await used(limited.id)).toBe(1);
    });

    it('is flagged when it was of another card, or refused', async () => {
      const other = await given.card({ firstName: 'Cy' });
      const [scanId, refused] = [randomUUID(), randomUUID()];
      await post('/api/v1/validations', { credential: other.printedQr, scanId }).expect(200);
      expect(await told(useOf({ scanId }))).toMatchObject({
        result: 'recorded',
        flags: ['scan_used_for_another_card'],
      });
      await post('/api/v1/validations', { cardNumber: 'CC000000000', scanId: refused }).expect(200);
      expect((await told(useOf({ scanId: refused }))).flags).toEqual(['refused_before']);
    });
  });

  describe('beyond a limit', () => {
    it('counts all the same, and staff look at what went beyond', async () => {
      const limited = await offerWith({
        limits: { total: 3, perDay: 3, perCard: { count: 2, period: 'day' } },
      });
      const uses = Array.from({ length: 5 }, (_, index) =>
        useOf({ offerId: limited.id, occurredAt: `2026-11-21T11:3${index}:00Z` }),
      );
      const results = await upload(uses);
      expect(results.map(({ result }) => result)).toEqual(Array(5).fill('recorded'));
      expect(results.map(({ flags }) => flags)).toEqual([[], [], ...Array<string[]>(3).fill(['limit_reached'])]);
      expect(await used(limited.id)).toBe(5);
      expect(await used(limited.id, 'day:2026-11-21')).toBe(5);
      expect((await row(results[4]!.redemptionId))['flags']).toEqual(['limit_reached']);
      expect(await reviewsOf(uses[1]!['scanId'])).toEqual([]);
      expect(await reviewsOf(uses[4]!['scanId'])).toEqual([
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
      const limited = await offerWith({ limits: { total: 1 } });
      await told(useOf({ offerId: limited.id }));
      const scanId = randomUUID();
      await post('/api/v1/validations', { credential: margaret.printedQr, scanId }).expect(200);
      const { body } = await post('/api/v1/redemptions', { scanId, offerId: limited.id }).expect(409);
      expect(body).toMatchObject({ reason: 'limit_reached' });
    });

    it('counts for the day on which it happened', async () => {
      const limited = await offerWith({ limits: { perDay: 1 } });
      const days = ['2026-11-20T11:00:00Z', '2026-11-20T12:00:00Z', '2026-11-21T09:00:00Z'];
      const results = await upload(days.map((occurredAt) => useOf({ offerId: limited.id, occurredAt })));
      // The offer was published today: what happened yesterday is flagged for that too.
      expect(results.map(({ flags }) => flags.includes('limit_reached'))).toEqual([false, true, false]);
    });
  });

  describe('with a card that had ended', () => {
    it('is recorded and flagged when it had ended before, and not when afterwards', async () => {
      const bea = await given.card({ firstName: 'Bea' });
      running.clock.set('2026-11-21T11:00:00Z');
      await inTransaction((cards, tx) => cards.replaceLost(tx, bea.card.id, staff));
      running.clock.set(noon);
      const after = useOf({ credential: bea.printedQr, listAsOf: '2026-11-21T10:45:00Z' });
      const before = useOf({ credential: bea.printedQr, occurredAt: '2026-11-21T10:59:00Z' });
      const typed = useOf({ credential: undefined, cardNumber: bea.card.number });
      const results = await upload([after, before, typed]);
      expect(results.map(({ result, flags }) => [result, flags])).toEqual([
        ['recorded', ['revoked']],
        ['recorded', []],
        ['recorded', ['revoked']],
      ]);
      const [review] = await reviewsOf(after['scanId']);
      expect(review).toMatchObject({
        kind: 'offline_use',
        subject_kind: 'card',
        reason_key: 'till:offline.revoked',
        evidence: { endedBeforeMinutes: 30, listAgeMinutes: 45, occurredAt: '2026-11-21T11:30:00.000Z' },
      });
      expect(JSON.stringify(review)).not.toMatch(/Bea|Hale/);
    });

    it('is flagged when it was suspended then, even if it is not any more', async () => {
      const cy = await given.card({ firstName: 'Cy' });
      running.clock.set('2026-11-21T11:00:00Z');
      await inTransaction((cards, tx) => cards.suspend(tx, cy.card.id, staff, 'asked to'));
      running.clock.set('2026-11-21T11:45:00Z');
      await inTransaction((cards, tx) => cards.lift(tx, cy.card.id, staff, 'found'));
      running.clock.set(noon);
      const times = ['10:59', '11:00', '11:44', '11:45', '11:50'];
      const results = await upload(
        times.map((time) => useOf({ credential: cy.printedQr, occurredAt: `2026-11-21T${time}:00Z` })),
      );
      expect(results.map(({ flags }) => flags)).toEqual([[], ['suspended'], ['suspended'], [], []]);
    });

    it('is flagged when its time had run out, and not on its last day', async () => {
      running.clock.set('2028-11-21T12:00:00Z');
      const [lastDay, after] = await upload(
        [useOf({ occurredAt: '2028-11-20T23:30:00Z' }), useOf({ occurredAt: '2028-11-21T00:30:00Z' })],
        { sentAt: '2028-11-21T12:00:00Z' },
      );
      expect(lastDay).toMatchObject({ result: 'recorded', flags: [] });
      expect(after).toMatchObject({ result: 'recorded', flags: ['expired'] });
    });
  });

  it('keeps for review what cannot become a use, and never drops it', async () => {
    const elsewhere = await given.business({ name: 'Elsewhere' });
    const theirs = await given.offer(elsewhere.business.id);
    const cases: [Use, string][] = [
      [{ credential: 'https://example.org/menu' }, 'malformed'],
      [{ credential: 'x'.repeat(4000) }, 'malformed'],
      [{ credential: undefined }, 'malformed'],
      [{ credential: `${margaret.printedQr.slice(0, -8)}AAAAAAAA` }, 'bad_signature'],
      [{ credential: undefined, cardNumber: 'CC000000000' }, 'unknown_card'],
      [{ offerId: randomUUID() }, 'unknown_offer'],
      [{ offerId: theirs.id }, 'unknown_offer'],
    ];
    const uses = cases.map(([more]) => useOf(more));
    const results = await upload([...uses, useOf()]);
    expect(results.slice(0, -1).map(({ result, redemptionId, flags }) => [result, redemptionId, flags])).toEqual(
      cases.map(([, flag]) => ['kept_for_review', null, [flag]]),
    );
    expect(results.at(-1)).toMatchObject({ result: 'recorded' });
    for (const { scanId } of uses) {
      expect(await reviewsOf(scanId)).toMatchObject([{ kind: 'offline_kept' }]);
    }
  });

  it('does not count practice', async () => {
    const trial = await given.card({ firstName: 'Test' }, { test: true });
    const uses = [
      useOf({ credential: trial.printedQr }),
      useOf({ credential: undefined, cardNumber: trial.card.number }),
    ];
    const results = await upload(uses);
    expect(results.map(({ result, redemptionId, flags }) => [result, redemptionId, flags])).toEqual([
      ['ignored_test_card', null, []],
      ['ignored_test_card', null, []],
    ]);
    expect(await reviewsOf(uses[0]!['scanId'])).toEqual([]);
  });

  describe('by a till whose clock is wrong', () => {
    it('is put right by what it is off, and the evidence says so', async () => {
      const dee = await given.card({ firstName: 'Dee' });
      running.clock.set('2026-11-21T11:40:00Z');
      await inTransaction((cards, tx) => cards.replaceLost(tx, dee.card.id, staff));
      running.clock.set(noon);
      // Five hours behind: by its own clock the uses were at 6.30 and 6.45.
      const uses = ['06:30', '06:45'].map((time) =>
        useOf({ credential: dee.printedQr, occurredAt: `2026-11-21T${time}:00Z` }),
      );
      const results = await upload(uses, { sentAt: '2026-11-21T07:00:00Z' });
      expect(results.map(({ flags }) => flags)).toEqual([[], ['revoked']]);
      expect(await row(results[0]!.redemptionId)).toMatchObject({ occurred_at: new Date('2026-11-21T11:30:00Z') });
      expect((await reviewsOf(uses[1]!['scanId']))[0]!.evidence).toMatchObject({
        clockOffMinutes: 300,
        endedBeforeMinutes: 5,
      });
    });

    it('is kept and flagged when its time cannot be, or was long ago', async () => {
      const uses = ['2026-11-21T12:30:00Z', '2026-10-20T12:00:00Z', 'noon', '1970-01-01T00:00:00Z'].map((occurredAt) =>
        useOf({ occurredAt }),
      );
      const results = await upload(uses);
      expect(results.map(({ result, flags }) => [result, flags[0]])).toEqual([
        ['recorded', 'in_future'],
        ['recorded', 'too_old'],
        ['recorded', 'time_unknown'],
        ['recorded', 'time_unknown'],
      ]);
      expect(await row(results[0]!.redemptionId)).toMatchObject({ occurred_at: new Date(noon) });
      expect(await row(results[1]!.redemptionId)).toMatchObject({ occurred_at: new Date('2026-10-20T12:00:00Z') });
    });
  });

  it('is judged by the rules of that time', async () => {
    const weekdays = await offerWith({ days: [1, 2, 3, 4, 5] });
    const spend = await offerWith({ minimumSpendPence: 1000 });
    const fresh = await offerWith({ staleListDays: 2 });
    const results = await upload([
      useOf({ offerId: weekdays.id }),
      useOf({ offerId: spend.id, basketPence: 999 }),
      useOf({ offerId: spend.id, basketPence: 1000 }),
      useOf({ offerId: fresh.id, listAsOf: '2026-11-18T11:00:00Z' }),
      useOf({ offerId: fresh.id, listAsOf: '2026-11-20T11:00:00Z' }),
      useOf({ offerId: spend.id, basketPence: -3.5 }),
    ]);
    expect(results.map(({ flags }) => flags)).toEqual([
      ['offer_not_now'],
      ['below_minimum_spend'],
      [],
      ['list_too_old'],
      [],
      [],
    ]);
    running.clock.advance({ hours: 1 });
    await running.get(Database).query(`UPDATE offer SET status = 'paused' WHERE id = $1`, [spend.id]);
    expect((await told(useOf({ offerId: spend.id }))).flags).toEqual(['offer_not_here']);
  });

  it('goes by the terms that the till had, where they are known', async () => {
    const changed = await offerWith();
    const offers = running.get(Offers);
    const terms = { kind: 'percentage', percent: 20, who: 'carer', how: 'in_person', minimumSpendPence: 2000 } as const;
    await offers.edit(changed.id, { subject: null, terms }, staff);
    await offers.publish(changed.id, staff);
    const results = await upload(
      [1, 2, 7, undefined].map((offerRevision) => useOf({ offerId: changed.id, basketPence: 1000, offerRevision })),
    );
    expect(results.map(({ flags }) => flags)).toEqual([
      [],
      ['below_minimum_spend'],
      ['below_minimum_spend'],
      ['below_minimum_spend'],
    ]);
    expect(await row(results[0]!.redemptionId)).toMatchObject({ offer_revision: 1, saving_pence: 100 });
    expect(await row(results[2]!.redemptionId)).toMatchObject({ offer_revision: 2, saving_pence: null });
  });

  it('is saved item by item: what cannot be saved is kept for review and takes no other with it', async () => {
    const full = await offerWith({ limits: { total: 5 } });
    await running
      .get(Database)
      .query(`INSERT INTO offer_counter (offer_id, scope, used) VALUES ($1, 'total', 2147483647)`, [full.id]);
    const bad = useOf({ offerId: full.id });
    const results = await upload([useOf(), bad, useOf()]);
    expect(results.map(({ result }) => result)).toEqual(['recorded', 'kept_for_review', 'recorded']);
    expect(results[1]).toMatchObject({ redemptionId: null, flags: ['not_saved'] });
    expect(await reviewsOf(bad['scanId'])).toMatchObject([{ kind: 'offline_kept' }]);
  });

  describe('can be taken back', () => {
    const undo = (id: string | null, more: object = {}, bearer = key) =>
      post(`/api/v1/redemptions/${id}/undo`, { reason: 'mistake', ...more }, bearer);

    it('for ten minutes after it happened, which gives the use back, once', async () => {
      const limited = await offerWith({ limits: { total: 1 } });
      const at = (occurredAt: string) => useOf({ offerId: limited.id, occurredAt });
      const [late, right] = await upload([at('2026-11-21T11:49:59Z'), at('2026-11-21T11:51:00Z')]);
      expect(await used(limited.id)).toBe(2);
      const { body } = await undo(late!.redemptionId).expect(409);
      expect(body).toMatchObject({ type: expect.stringMatching(/too-late-to-undo$/) });
      await undo(right!.redemptionId).expect(200);
      await undo(right!.redemptionId).expect(200);
      expect(await used(limited.id)).toBe(1);
      // Told again, it stays taken back.
      await undo(right!.redemptionId, { undoneAt: '2026-11-21T11:30:00Z', sentAt: noon }).expect(200);
      expect((await upload([{ ...at('2026-11-21T11:51:00Z'), scanId: right!.scanId }]))[0]).toMatchObject({
        result: 'recorded_before',
        redemptionId: right!.redemptionId,
      });
      expect(await used(limited.id)).toBe(1);
    });

    it('hours later where the till was alone when its staff took it back in time', async () => {
      const { redemptionId } = await told(useOf({ occurredAt: '2026-11-21T09:00:00Z' }));
      const wrong = await undo(redemptionId, { undoneAt: '9am', sentAt: noon }).expect(422);
      expect((wrong.body as { errors: { field: string }[] }).errors).toMatchObject([{ field: 'undoneAt' }]);
      await undo(redemptionId, { undoneAt: '2026-11-21T09:10:01Z', sentAt: noon }).expect(409);
      // Without its own time, what it says of another cannot be put right.
      await undo(redemptionId, { undoneAt: '2026-11-21T09:05:00Z' }).expect(409);
      await undo(redemptionId, { undoneAt: '2027-11-21T09:05:00Z', sentAt: noon }).expect(409);
      await undo(redemptionId, { undoneAt: '2026-11-21T09:05:00Z', sentAt: noon }).expect(200);
      expect(await row(redemptionId)).toMatchObject({ undone_at: new Date(noon), undo_reason: 'mistake' });
    });

    it('by a till whose clock is hours wrong', async () => {
      // Three hours behind: it was noon less ten minutes when it said ten to nine.
      const wrong = { sentAt: '2026-11-21T09:00:00Z' };
      const { redemptionId } = await told(useOf({ occurredAt: '2026-11-21T06:00:00Z' }), wrong);
      expect(await row(redemptionId)).toMatchObject({ occurred_at: new Date('2026-11-21T09:00:00Z') });
      await undo(redemptionId, { undoneAt: '2026-11-21T06:11:00Z', ...wrong }).expect(409);
      await undo(redemptionId, { undoneAt: '2026-11-21T06:09:00Z', ...wrong }).expect(200);
    });
  });

  describe('of a till that was ended', () => {
    const endedAt = new Date('2026-11-21T11:40:00Z');
    let bearer: string;
    let tillId: string;
    beforeEach(async () => {
      running.clock.set('2026-11-21T08:00:00Z');
      const made = await running.get(Tills).create(cafe.branch.id, 'Terrace', staff);
      [bearer, tillId] = [made.key, made.till.id];
      running.clock.set(endedAt.toISOString());
      await running.get(Tills).end(tillId, null, staff);
      running.clock.set(noon);
    });

    it('is recorded where it happened before, and staff see both; later ones are kept for them alone', async () => {
      const limited = await offerWith({ limits: { total: 5 } });
      const at = (occurredAt: string) => useOf({ offerId: limited.id, occurredAt });
      const uses = [at('2026-11-21T11:30:00Z'), at('2026-11-21T11:40:00Z')];
      const results = await upload(uses, { bearer });
      expect(results.map(({ result, flags }) => [result, flags])).toEqual([
        ['recorded', ['till_ended']],
        ['kept_for_review', ['after_till_ended']],
      ]);
      expect(await used(limited.id)).toBe(1);
      expect(await row(results[0]!.redemptionId)).toMatchObject({ till_id: tillId, flags: ['till_ended'] });
      expect(await reviewsOf(uses[0]!['scanId'])).toMatchObject([
        { kind: 'offline_use', reason_key: 'till:offline.till_ended', evidence: { tillId, tillEndedMinutes: 10 } },
      ]);
      expect(await reviewsOf(uses[1]!['scanId'])).toMatchObject([
        { kind: 'offline_kept', reason_key: 'till:offline.after_till_ended' },
      ]);
      // Its answer was lost: sent again, nothing counts twice.
      expect((await upload(uses, { bearer })).map(({ result }) => result)).toEqual([
        'recorded_before',
        'kept_for_review',
      ]);
      expect(await used(limited.id)).toBe(1);
      expect(await reviewsOf(uses[1]!['scanId'])).toHaveLength(1);
    });

    it('is all that it can do: it checks no cards, fetches nothing, and takes back only its own', async () => {
      await post('/api/v1/validations', { credential: margaret.printedQr, scanId: randomUUID() }, bearer).expect(401);
      await running.browser().get('/api/v1/till/bundle').set('authorization', `Bearer ${bearer}`).expect(401);
      const undo = (id: string | null, undoneAt?: string) =>
        post(
          `/api/v1/redemptions/${id}/undo`,
          { reason: 'mistake', ...(undoneAt && { undoneAt, sentAt: noon }) },
          bearer,
        );
      const colleague = await told(useOf({ occurredAt: '2026-11-21T11:55:00Z' }));
      await undo(colleague.redemptionId).expect(404);
      const own = await told(useOf({ occurredAt: '2026-11-21T11:38:00Z' }), { bearer });
      await undo(own.redemptionId, '2026-11-21T11:41:00Z').expect(409);
      await undo(own.redemptionId, '2026-11-21T11:39:00Z').expect(200);
    });

    it('is refused a month later, and where its key might never record uses', async () => {
      const checks = await running.get(Tills).create(cafe.branch.id, 'Door', staff, ['validate']);
      await running.get(Tills).end(checks.till.id, null, staff);
      const batch = (token: string) =>
        post('/api/v1/redemptions/batch', { sentAt: noon, redemptions: [useOf()] }, token);
      await batch(checks.key).expect(403);
      running.clock.set('2026-12-21T11:40:00Z');
      await batch(bearer).expect(401);
      await batch('ck_nobody').expect(401);
    });
  });

  it('of a business that was stopped meanwhile is recorded; what happened afterwards is flagged', async () => {
    const held = await given.business({ name: 'Held Back' });
    const theirs = await given.offer(held.business.id);
    const theirKey = await given.tillKey(held.branch.id);
    await running
      .get(Database)
      .query(`UPDATE business SET status = 'suspended', decided_at = '2026-11-21T12:20:00Z' WHERE id = $1`, [
        held.business.id,
      ]);
    running.clock.set('2026-11-21T12:40:00Z');
    const times = ['2026-11-21T12:10:00Z', '2026-11-21T12:30:00Z'];
    const results = await upload(
      times.map((occurredAt) => useOf({ offerId: theirs.id, occurredAt })),
      { bearer: theirKey, sentAt: '2026-11-21T12:40:00Z' },
    );
    expect(results.map(({ flags }) => flags)).toEqual([[], ['business_not_working']]);
  });

  it('is refused as a whole when its form is wrong, or the key may not record uses', async () => {
    const batch = (body: object, bearer?: string) => post('/api/v1/redemptions/batch', body, bearer);
    await batch({ sentAt: noon, redemptions: [] }).expect(422);
    await batch({ sentAt: noon, redemptions: Array.from({ length: 101 }, () => useOf()) }).expect(422);
    await batch({ sentAt: 'now', redemptions: [useOf()] }).expect(422);
    const { body } = await batch({ sentAt: noon, redemptions: [useOf(), useOf({ scanId: 'one' })] }).expect(422);
    expect((body as { errors: { field: string }[] }).errors).toMatchObject([{ field: 'redemptions.1.scanId' }]);
    await batch({ sentAt: noon, redemptions: [useOf()] }, 'ck_aaaaaaaaaaaaaaaaaaaaaaaaaaa').expect(401);
    const { till, key: looking } = await running.get(Tills).create(cafe.branch.id, 'Looks only', staff);
    await running.get(Database).query(`UPDATE till SET scopes = '{validate}' WHERE id = $1`, [till.id]);
    const refused = await batch({ sentAt: noon, redemptions: [useOf()] }, looking).expect(403);
    expect(refused.body).toMatchObject({ type: '/problems/scope-missing' });
  });

  it('leaves one line in the audit trail, and none when nothing was new', async () => {
    const { till, key: own } = await running.get(Tills).create(cafe.branch.id, 'Terrace', staff);
    const uses = [useOf(), useOf({ offerId: randomUUID() })];
    await upload(uses, { bearer: own });
    await upload([uses[0]!], { bearer: own });
    const trail = await running
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
      second = await startTestApp({ at: noon, databaseUrl: running.settings.databaseUrl });
    });
    afterAll(() => second?.close());

    const send = (app: TestApp, redemptions: Use[], bearer: string) =>
      app
        .browser()
        .post('/api/v1/redemptions/batch')
        .set('authorization', `Bearer ${bearer}`)
        .send({ sentAt: noon, redemptions });

    it('is recorded once, each item, and every limit counts it once', async () => {
      const limited = await offerWith({
        limits: { total: 4, perDay: 4, perCard: { count: 3, period: 'week' } },
      });
      const cards = [margaret, await given.card({ firstName: 'Eve' }), await given.card({ firstName: 'Fay' })];
      let expected = 0;
      for (let round = 0; round < 5; round++) {
        const uses = Array.from({ length: 12 }, (_, index) =>
          useOf({
            offerId: index % 3 === 2 ? offer.id : limited.id,
            credential: cards[index % cards.length]!.printedQr,
          }),
        );
        expected += uses.filter(({ offerId }) => offerId === limited.id).length;
        const answers = await Promise.all(
          [running, second, running, second].map((app, index) =>
            send(app, index < 2 ? uses : [...uses].reverse(), key),
          ),
        );
        expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
        const results = answers.flatMap(({ body }) => (body as { results: Result[] }).results);
        expect(results.filter(({ result }) => result === 'recorded')).toHaveLength(uses.length);
        expect(results.filter(({ result }) => result === 'recorded_before')).toHaveLength(3 * uses.length);
        expect(new Set(results.map(({ redemptionId }) => redemptionId)).size).toBe(uses.length);
      }
      expect(await used(limited.id)).toBe(expected);
      expect(await used(limited.id, 'day:2026-11-21')).toBe(expected);
    }, 30_000);

    it('does not stand in the way of other tills at the same offers, nor they in its way', async () => {
      const offers = await Promise.all([1, 2, 3].map(() => offerWith({ limits: { total: 1000, perDay: 1000 } })));
      const keys = await Promise.all([1, 2, 3].map(() => given.tillKey(cafe.branch.id)));
      const online = await Promise.all(
        Array.from({ length: 9 }, async (_, index) => {
          const scanId = randomUUID();
          await post('/api/v1/validations', { credential: margaret.printedQr, scanId }).expect(200);
          return { scanId, offerId: offers[index % 3]!.id };
        }),
      );
      const answers = await Promise.all([
        ...keys.map((bearer, turn) =>
          send(
            turn % 2 ? second : running,
            Array.from({ length: 30 }, (_, index) => useOf({ offerId: offers[(index + turn) % 3]!.id })),
            bearer,
          ),
        ),
        ...online.map((body) => post('/api/v1/redemptions', body)),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, ...Array<number>(9).fill(201)]);
      for (const { id } of offers) expect(await used(id)).toBe(33);
    }, 30_000);
  });
});

import { randomUUID } from 'node:crypto';
import { Database } from '@carers/database';
import { Tills, Validations } from '@carers/till';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { noon, staff, TillUploads } from '../support/till-uploads.js';

describe('what a till recorded by itself', () => {
  let counter: TillUploads;
  beforeAll(async () => {
    counter = await TillUploads.start();
  });
  afterAll(() => counter?.running.close());
  beforeEach(() => counter.running.clock.set(noon));

  describe('can be taken back', () => {
    const undo = (id: string | null, more: object = {}, bearer = counter.key) =>
      counter.post(`/api/v1/redemptions/${id}/undo`, { reason: 'mistake', ...more }, bearer);

    it('for ten minutes after it happened, which gives the use back, once', async () => {
      const limited = await counter.offerWith({ limits: { total: 1 } });
      const at = (occurredAt: string) => counter.useOf({ offerId: limited.id, occurredAt });
      const [late, right] = await counter.upload([at('2026-11-21T11:49:59Z'), at('2026-11-21T11:51:00Z')]);
      expect(await counter.used(limited.id)).toBe(2);
      const { body } = await undo(late!.redemptionId).expect(409);
      expect(body).toMatchObject({ type: expect.stringMatching(/too-late-to-undo$/) });
      await undo(right!.redemptionId).expect(200);
      await undo(right!.redemptionId).expect(200);
      expect(await counter.used(limited.id)).toBe(1);
      // Told again, it stays taken back.
      await undo(right!.redemptionId, { undoneAt: '2026-11-21T11:30:00Z', sentAt: noon }).expect(200);
      expect((await counter.upload([{ ...at('2026-11-21T11:51:00Z'), scanId: right!.scanId }]))[0]).toMatchObject({
        result: 'recorded_before',
        redemptionId: right!.redemptionId,
      });
      expect(await counter.used(limited.id)).toBe(1);
    });

    it('hours later where the till was alone when its staff took it back in time', async () => {
      const { redemptionId } = await counter.told(counter.useOf({ occurredAt: '2026-11-21T09:00:00Z' }));
      const wrong = await undo(redemptionId, { undoneAt: '9am', sentAt: noon }).expect(422);
      expect((wrong.body as { errors: { field: string }[] }).errors).toMatchObject([{ field: 'undoneAt' }]);
      await undo(redemptionId, { undoneAt: '2026-11-21T09:10:01Z', sentAt: noon }).expect(409);
      // Without its own time, what it says of another cannot be put right.
      await undo(redemptionId, { undoneAt: '2026-11-21T09:05:00Z' }).expect(409);
      await undo(redemptionId, { undoneAt: '2027-11-21T09:05:00Z', sentAt: noon }).expect(409);
      await undo(redemptionId, { undoneAt: '2026-11-21T09:05:00Z', sentAt: noon }).expect(200);
      expect(await counter.row(redemptionId)).toMatchObject({ undone_at: new Date(noon), undo_reason: 'mistake' });
    });

    it('by a till whose clock is hours wrong', async () => {
      // Three hours behind: it was noon less ten minutes when it said ten to nine.
      const wrong = { sentAt: '2026-11-21T09:00:00Z' };
      const { redemptionId } = await counter.told(counter.useOf({ occurredAt: '2026-11-21T06:00:00Z' }), wrong);
      expect(await counter.row(redemptionId)).toMatchObject({ occurred_at: new Date('2026-11-21T09:00:00Z') });
      await undo(redemptionId, { undoneAt: '2026-11-21T06:11:00Z', ...wrong }).expect(409);
      await undo(redemptionId, { undoneAt: '2026-11-21T06:09:00Z', ...wrong }).expect(200);
    });
  });

  it('with an offer that asks for hours of caring is judged by what the registry knows, as a check online is', async () => {
    const { id: offerId } = await counter.offerWith({ minimumHoursOfCaring: 35 });
    const post = (path: string, body: object, bearer: string) => counter.post(path, body, bearer);
    const other = await counter.given.business({ name: 'Second café' });
    const [bearer, { id: asks }] = [
      await counter.given.tillKey(other.branch.id),
      await counter.given.offer(other.business.id, { minimumHoursOfCaring: 35 }),
    ];
    for (const [hoursOfCaring, flags] of [
      [35, []],
      [34, ['not_eligible']],
      [null, ['not_eligible']],
    ] as const) {
      const { card, printedQr } = await counter.given.card({ hoursOfCaring });
      expect((await counter.told(counter.useOf({ offerId, credential: printedQr }))).flags).toEqual(flags);
      // From the second check on the till's offers are known, and only what they ask of the person is read.
      for (const check of [{ credential: printedQr }, { cardNumber: card.number }]) {
        const scanId = randomUUID();
        const { body } = await post('/api/v1/validations', { ...check, scanId }, bearer).expect(200);
        const usable = flags.length === 0;
        expect(body).toMatchObject({ offers: [{ id: asks, usable, reason: usable ? null : 'not_eligible' }] });
        expect(JSON.stringify(body)).not.toMatch(/hours.?of.?caring":/i);
        counter.running.get(Validations).forget(scanId);
        await post('/api/v1/redemptions', { scanId, offerId: asks }, bearer).expect(usable ? 201 : 409);
      }
    }
  });

  describe('of a till that was ended', () => {
    const endedAt = new Date('2026-11-21T11:40:00Z');
    let bearer: string;
    let tillId: string;
    beforeEach(async () => {
      counter.running.clock.set('2026-11-21T08:00:00Z');
      const made = await counter.running.get(Tills).create(counter.cafe.branch.id, 'Terrace', staff);
      [bearer, tillId] = [made.key, made.till.id];
      counter.running.clock.set(endedAt.toISOString());
      await counter.running.get(Tills).end(tillId, null, staff);
      counter.running.clock.set(noon);
    });

    it('is recorded where it happened before, and staff see both; later ones are kept for them alone', async () => {
      const limited = await counter.offerWith({ limits: { total: 5 } });
      const at = (occurredAt: string) => counter.useOf({ offerId: limited.id, occurredAt });
      const uses = [at('2026-11-21T11:30:00Z'), at('2026-11-21T11:40:00Z')];
      const results = await counter.upload(uses, { bearer });
      expect(results.map(({ result, flags }) => [result, flags])).toEqual([
        ['recorded', ['till_ended']],
        ['kept_for_review', ['after_till_ended']],
      ]);
      expect(await counter.used(limited.id)).toBe(1);
      expect(await counter.row(results[0]!.redemptionId)).toMatchObject({ till_id: tillId, flags: ['till_ended'] });
      expect(await counter.reviewsOf(uses[0]!['scanId'])).toMatchObject([
        { kind: 'offline_use', reason_key: 'till:offline.till_ended', evidence: { tillId, tillEndedMinutes: 10 } },
      ]);
      expect(await counter.reviewsOf(uses[1]!['scanId'])).toMatchObject([
        { kind: 'offline_kept', reason_key: 'till:offline.after_till_ended' },
      ]);
      // Its answer was lost: sent again, nothing counts twice.
      expect((await counter.upload(uses, { bearer })).map(({ result }) => result)).toEqual([
        'recorded_before',
        'kept_for_review',
      ]);
      expect(await counter.used(limited.id)).toBe(1);
      expect(await counter.reviewsOf(uses[1]!['scanId'])).toHaveLength(1);
    });

    it('is all that it can do: it checks no cards, fetches nothing, and takes back only its own', async () => {
      await counter
        .post('/api/v1/validations', { credential: counter.margaret.printedQr, scanId: randomUUID() }, bearer)
        .expect(401);
      await counter.running.browser().get('/api/v1/till/bundle').set('authorization', `Bearer ${bearer}`).expect(401);
      const undo = (id: string | null, undoneAt?: string) =>
        counter.post(
          `/api/v1/redemptions/${id}/undo`,
          { reason: 'mistake', ...(undoneAt && { undoneAt, sentAt: noon }) },
          bearer,
        );
      const colleague = await counter.told(counter.useOf({ occurredAt: '2026-11-21T11:55:00Z' }));
      await undo(colleague.redemptionId).expect(404);
      const own = await counter.told(counter.useOf({ occurredAt: '2026-11-21T11:38:00Z' }), { bearer });
      await undo(own.redemptionId, '2026-11-21T11:41:00Z').expect(409);
      await undo(own.redemptionId, '2026-11-21T11:39:00Z').expect(200);
    });

    it('is refused a month later, and where its key might never record uses', async () => {
      const checks = await counter.running.get(Tills).create(counter.cafe.branch.id, 'Door', staff, ['validate']);
      await counter.running.get(Tills).end(checks.till.id, null, staff);
      const batch = (token: string) =>
        counter.post('/api/v1/redemptions/batch', { sentAt: noon, redemptions: [counter.useOf()] }, token);
      await batch(checks.key).expect(403);
      counter.running.clock.set('2026-12-21T11:40:00Z');
      await batch(bearer).expect(401);
      await batch('ck_nobody').expect(401);
    });
  });

  it('of a business that was stopped meanwhile is recorded; what happened afterwards is flagged', async () => {
    const held = await counter.given.business({ name: 'Held Back' });
    const theirs = await counter.given.offer(held.business.id);
    const theirKey = await counter.given.tillKey(held.branch.id);
    await counter.running
      .get(Database)
      .query(`UPDATE business SET status = 'suspended', decided_at = '2026-11-21T12:20:00Z' WHERE id = $1`, [
        held.business.id,
      ]);
    counter.running.clock.set('2026-11-21T12:40:00Z');
    const times = ['2026-11-21T12:10:00Z', '2026-11-21T12:30:00Z'];
    const results = await counter.upload(
      times.map((occurredAt) => counter.useOf({ offerId: theirs.id, occurredAt })),
      { bearer: theirKey, sentAt: '2026-11-21T12:40:00Z' },
    );
    expect(results.map(({ flags }) => flags)).toEqual([[], ['business_not_working']]);
  });
});

import { Database } from '@carers/database';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../../../test/support/app.js';
import type { GivenCase } from '../../../../test/support/given-case.js';
import { Given } from '../../../../test/support/given.js';
import { ForgetCustomers } from './forget-customers.js';
import { TradeReviews } from './trade-reviews.js';

describe('customers of trades', () => {
  let running: TestApp;
  let given: Given;
  let made: GivenCase;
  beforeAll(async () => {
    running = await startTestApp();
    given = new Given(running);
    await given.scheme();
    made = await given.case({ state: 'approved' });
  });
  afterAll(() => running?.close());
  beforeEach(async () => {
    running.clock.set('2026-11-21T10:00:00Z');
    await running.get(Database).pool.query('DELETE FROM redemption');
    await running.get(Database).pool.query('DELETE FROM trade_review');
  });

  const query = <Row extends object>(text: string, values: unknown[] = []) =>
    running.get(Database).query<Row>(text, values);
  const invite = () =>
    running.get(Database).transaction((tx) => running.get(TradeReviews).invite(tx, made.businessId, made.officers[0]));
  const reviews = () =>
    query<{ state: string; linked: boolean }>(
      'SELECT state, cardholder_id IS NOT NULL AS linked FROM trade_review ORDER BY id',
    );
  const forgetAfter = async (days: number) => {
    running.clock.advance({ days });
    await running.get(ForgetCustomers).handle();
  };

  /** Somebody who used a card at the business today. */
  async function customer(): Promise<string> {
    const { card } = await given.card({ email: `cass-${Math.random().toString(36).slice(2)}@example.org` });
    const [branch] = await query<{ id: string }>('SELECT id FROM branch WHERE business_id = $1', [made.businessId]);
    await given.tillKey(branch!.id);
    await running.get(Database).pool.query(
      `INSERT INTO redemption (id, till_id, branch_id, scan_id, offer_id, offer_revision, card_id, occurred_at, recorded_at)
         SELECT gen_random_uuid(), till.id, $1, gen_random_uuid(), $2, 1, $3, $4, $4 FROM till WHERE branch_id = $1 LIMIT 1`,
      [branch!.id, (await given.offer(made.businessId)).id, card.id, running.clock.now()],
    );
    return card.cardholderId;
  }

  it('who did not follow an invitation are forgotten with it, when uses lose whose they were', async () => {
    await customer();
    expect(await invite()).toBe(1);
    await forgetAfter(89);
    expect(await reviews()).toEqual([{ state: 'invited', linked: true }]);
    await forgetAfter(2);
    expect(await reviews()).toEqual([]);
  });

  it('who said something are forgotten, and what they said stays', async () => {
    await customer();
    await invite();
    await query(`UPDATE trade_review SET state = 'received', words = 'sealed', token_hash = NULL`);
    await forgetAfter(89);
    expect(await reviews()).toEqual([{ state: 'received', linked: true }]);
    await forgetAfter(2);
    expect(await reviews()).toEqual([{ state: 'received', linked: false }]);
  });

  it('who leave the scheme are forgotten the same night', async () => {
    const cardholderId = await customer();
    await invite();
    await query('UPDATE cardholder SET left_at = $2 WHERE id = $1', [cardholderId, running.clock.now()]);
    await forgetAfter(1);
    expect(await reviews()).toEqual([{ state: 'invited', linked: false }]);
  });

  it('who act for the business are not asked what they think of it', async () => {
    const cardholderId = await customer();
    await query('UPDATE cardholder SET account_id = $2 WHERE id = $1', [cardholderId, made.owner.id]);
    expect(await invite()).toBe(0);
  });
});

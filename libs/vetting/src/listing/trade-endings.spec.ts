import { Database } from '@carers/database';
import { type ConsentAnswer, InformationService } from '@carers/information-service';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../../../test/support/app.js';
import { Given } from '../../../../test/support/given.js';
import type { GivenCase } from '../../../../test/support/given-case.js';
import { VettingCases } from '../cases/vetting-cases.js';
import { TradeEndings } from './trade-endings.js';

let running: TestApp;
let given: Given;
let database: Database;

const subjects = async () =>
  (await running.outbox())
    .filter(({ subject }) => subject.includes('not in the card’s list'))
    .map(({ to, subject, text, headers }) => ({ to, subject, text, headers }));
const move = (made: GivenCase, name: 'remove' | 'suspend' | 'lift') =>
  database.transaction((tx) =>
    running
      .get(VettingCases)
      .move(tx, made.case.id, name, { reason: 'He took money from Mrs Green.' }, made.officers[2]),
  );

/** A cardholder who used an offer of a business so many days ago, and what they said about information by e-mail. */
async function customer(made: GivenCase, firstName: string, days: number, agreed: boolean | null): Promise<void> {
  const { card, cardholder } = await given.card({
    firstName,
    email: `${firstName.toLowerCase()}@example.org`,
  } as never);
  const consents: ConsentAnswer[] =
    agreed === null ? [] : [{ purpose: 'carers_information', channel: 'email', given: agreed }];
  const actor = { kind: 'system', id: 'test' } as const;
  await database.transaction((tx) =>
    running
      .get(InformationService)
      .register(tx, { cardholder, source: { kind: 'application' }, consents, how: 'web', actor }),
  );
  const [place] = await database.query<{ till: string; branch: string; offer: string }>(
    `SELECT till.id AS till, branch.id AS branch, offer.id AS offer FROM branch JOIN till ON till.branch_id = branch.id
       JOIN offer ON offer.business_id = branch.business_id WHERE branch.business_id = $1`,
    [made.businessId],
  );
  const at = new Date(running.clock.now().getTime() - days * 86_400_000);
  await database.query(
    `INSERT INTO redemption (id, till_id, branch_id, scan_id, offer_id, offer_revision, card_id, occurred_at, recorded_at)
     VALUES (gen_random_uuid(), $1, $2, gen_random_uuid(), $3, 1, $4, $5, $5)`,
    [place!.till, place!.branch, place!.offer, card.id, at],
  );
}

async function trade(name: string): Promise<GivenCase> {
  const { business, branch } = await given.business({ name, worksInHomes: true });
  await given.tillKey(branch.id);
  await given.offer(business.id);
  return given.case({ state: 'approved', businessId: business.id });
}

beforeAll(async () => {
  running = await startTestApp();
  database = running.get(Database);
  given = new Given(running);
  await given.scheme();
});
afterAll(() => running?.close());

describe('the removal of a trade', () => {
  it('is told to those who used it lately and agreed, once each, without its reason', async () => {
    const made = await trade('Hot Pipes');
    await customer(made, 'Ann', 5, true);
    await customer(made, 'Ben', 5, false);
    await customer(made, 'Cat', 80, true);
    await customer(made, 'Dee', 5, null);
    await move(made, 'suspend');
    const told = await subjects();
    expect(told.map(({ to }) => to)).toEqual(['ann@example.org']);
    expect(told[0]!.text).not.toContain('Mrs Green');
    expect(told[0]!.headers).toHaveProperty('List-Unsubscribe-Post');
    const [ending] = await database.query<{ id: string; told_at: Date | null }>('SELECT id, told_at FROM trade_ending');
    expect(ending!.told_at).not.toBeNull();
    expect(await running.get(TradeEndings).tell(ending!.id)).toBe(0);
    // Who used what is not kept beside what is linked to a use anyway.
    expect(await database.query('SELECT FROM ending_told')).toEqual([]);
    expect(
      await database.query(
        `SELECT FROM outgoing_message WHERE params::text LIKE '%Hot Pipes%' AND template = 'vetting/trade-ended'`,
      ),
    ).toEqual([]);
  });

  it('is not told where the trade is back before the message leaves', async () => {
    const made = await trade('Old Locks');
    await customer(made, 'Eve', 5, true);
    await move(made, 'suspend');
    await move(made, 'lift');
    expect((await subjects()).filter(({ subject }) => subject.includes('Old Locks'))).toEqual([]);
  });

  it('goes on where a worker stopped, and tells nobody twice', async () => {
    const made = await trade('Gone Glass');
    for (const name of ['Fay', 'Gus', 'Hal']) await customer(made, name, 5, true);
    await move(made, 'remove');
    const [ending] = await database.query<{ id: string }>(
      'SELECT id FROM trade_ending WHERE business_id = $1 AND told_at IS NULL',
      [made.businessId],
    );
    await Promise.all([1, 2, 3].map(() => running.get(TradeEndings).tell(ending!.id)));
    const told = (await subjects()).filter(({ subject }) => subject.includes('Gone Glass'));
    expect(told.map(({ to }) => to).sort()).toEqual(['fay@example.org', 'gus@example.org', 'hal@example.org']);
    running.clock.set('2027-03-01T00:00:00Z');
    await running.get(TradeEndings).forget();
    expect(await database.query('SELECT FROM trade_ending')).toEqual([]);
    running.clock.set('2026-11-21T10:00:00Z');
  });
});

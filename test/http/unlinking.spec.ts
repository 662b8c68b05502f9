import { randomUUID } from 'node:crypto';
import { Database } from '@carers/database';
import { Misuse } from '@carers/misuse';
import { Unlinking } from '@carers/till';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ForgetReviews } from '../../libs/reviews/src/review-retention.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { Given, type GivenBusiness, type GivenCard } from '../support/given.js';
import { wayToSomebody } from '../support/links.js';

let program: TestApp;
let database: Database;
let given: Given;
let poole: GivenBusiness & { key: string };
let dorchester: GivenBusiness & { key: string };
let ann: GivenCard;
let offers: Record<'plain' | 'once' | 'daily' | 'yearly', string>;

beforeAll(async () => {
  program = await startTestApp({ at: '2026-11-01T09:00:00Z' });
  given = new Given(program);
  await given.scheme();
  database = program.get(Database);
  poole = await shop('Quay Kitchen', 'BH15 1HJ');
  dorchester = await shop('Corn Café', 'DT1 1UZ');
  ann = await given.card();
  const made = await Promise.all([
    given.offer(poole.business.id, {}, 'your meal'),
    given.offer(poole.business.id, { limits: { perCard: { count: 1, period: 'ever' } } }, 'a first visit'),
    given.offer(poole.business.id, { limits: { perCard: { count: 1, period: 'day' }, perDay: 50 } }, 'your coffee'),
    given.offer(poole.business.id, { limits: { perCard: { count: 2, period: 'year' }, total: 90 } }, 'a birthday'),
  ]);
  offers = { plain: made[0].id, once: made[1].id, daily: made[2].id, yearly: made[3].id };
});
afterAll(() => program?.close());

async function shop(name: string, postcode: string) {
  const made = await given.business({ name, postcode });
  return { ...made, key: await given.tillKey(made.branch.id) };
}

const post = (path: string, body: object, { key }: { key: string }) =>
  program.browser().post(path).set('authorization', `Bearer ${key}`).send(body);

/** A scan, and the uses that follow. */
async function visit(where: typeof poole, card: Record<string, string>, used: string[] = []): Promise<string> {
  program.clock.advance({ minutes: 7, seconds: 13 });
  const scanId = randomUUID();
  await post('/api/v1/validations', { ...card, scanId }, where).expect(200);
  for (const offerId of used)
    await post('/api/v1/redemptions', { scanId, offerId, basketPence: 1234 }, where).expect(201);
  return scanId;
}
const nightly = async () => {
  const done = await program.get(Unlinking).run();
  await program.get(ForgetReviews).handle();
  return done;
};

/** Everything that anybody counts. */
const figures = async () => ({
  uses: await database.query(
    `SELECT offer_id, branch_id, till_id, (occurred_at AT TIME ZONE 'Europe/London')::date::text AS day, source,
            undone_at IS NULL AS stands, count(*)::integer, sum(basket_pence)::integer AS basket,
            sum(saving_pence)::integer AS saving
       FROM redemption GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6`,
  ),
  checks: await database.query(
    `SELECT branch_id, till_id, (at AT TIME ZONE 'Europe/London')::date::text AS day, outcome, reason, count(*)::integer
       FROM validation GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5`,
  ),
  totals: await database.query(
    `SELECT offer_id, scope, used FROM offer_counter WHERE scope NOT LIKE 'card:%' ORDER BY 1, 2`,
  ),
});

describe('uses that are older than the scheme links them to a person', () => {
  let before: Awaited<ReturnType<typeof figures>>;
  let traces: string[];
  let instants: string[];

  beforeAll(async () => {
    program.clock.set('2026-11-02T10:00:00Z');
    await visit(poole, { credential: ann.printedQr }, [offers.plain, offers.once, offers.daily]);
    await visit(dorchester, { cardNumber: ann.card.number });
    await visit(poole, { credential: ann.printedQr }, [offers.yearly]);
    await visit(poole, { cardNumber: 'CC000000000' });
    const scanId = await visit(poole, { credential: ann.printedQr });
    const { body } = await post('/api/v1/redemptions', { scanId, offerId: offers.plain }, poole).expect(201);
    await post(`/api/v1/redemptions/${(body as { id: string }).id}/undo`, { reason: 'mistake' }, poole).expect(200);
    program.clock.advance({ minutes: 5 });
    expect(await program.get(Misuse).search()).toBe(1);
    traces = (
      await database.query<{ trace: string }>(
        `SELECT unnest(ARRAY[id, scan_id])::text AS trace FROM validation
         UNION SELECT unnest(ARRAY[id, scan_id])::text FROM redemption`,
      )
    ).map(({ trace }) => trace);
    instants = (
      await database.query<{ at: Date }>('SELECT at FROM validation UNION SELECT occurred_at FROM redemption')
    ).map(({ at }) => at.toISOString().slice(0, 19));
    before = await figures();
  });

  it('keep their link until then', async () => {
    program.clock.set('2027-01-31T09:59:00Z'); // 89 days, 23 hours and 59 minutes after the first
    // But the counter of last year, which began long ago and has ended, is of no use to anybody.
    expect(await nightly()).toEqual({ validations: 0, redemptions: 0, counters: 1 });
    const linked = await database.query('SELECT id FROM redemption WHERE card_id IS NOT NULL');
    expect(linked).toHaveLength(5);
    // The control: by then every check and use of the card leads to it, so the search below would find a way.
    const own = await database.query<{ id: string }>('SELECT id FROM validation WHERE card_id IS NOT NULL');
    for (const { id } of own) expect(await wayToSomebody(database, [id], [], ann)).not.toBeNull();
    expect(await wayToSomebody(database, [], instants, ann)).not.toBeNull();
  });

  it('lose it after that, and nothing in the whole database leads from them to anybody', async () => {
    program.clock.set('2027-02-02T03:30:00Z');
    const done = await nightly();
    expect(done).toEqual({ validations: 5, redemptions: 5, counters: 1 });
    const now = await database.query<{ trace: string }>(
      `SELECT unnest(ARRAY[id, scan_id])::text AS trace FROM validation
       UNION SELECT unnest(ARRAY[id, scan_id])::text FROM redemption`,
    );
    const all = [...new Set([...traces, ...now.map(({ trace }) => trace)])];
    for (const trace of all) expect(await wayToSomebody(database, [trace], [], ann)).toBeNull();
    expect(await wayToSomebody(database, [], instants, ann)).toBeNull();
  });

  it('no longer have the scan in common that joined a check with its uses, and that the shop knows', async () => {
    const joined = await database.query(
      'SELECT FROM redemption JOIN validation ON validation.scan_id = redemption.scan_id',
    );
    expect(joined).toEqual([]);
    const uses = await database.query<{ scan_id: string }>('SELECT scan_id FROM redemption');
    expect(uses.filter(({ scan_id }) => traces.includes(scan_id))).toEqual([]);
    expect(new Set(uses.map(({ scan_id }) => scan_id)).size).toBe(uses.length);
  });

  it('leave every figure what it was', async () => {
    expect(await figures()).toEqual(before);
  });

  it('leave of limits only the number of uses in a period that still runs', async () => {
    const left = await database.query(`SELECT offer_id, scope, used FROM offer_counter WHERE scope LIKE 'card:%'`);
    expect(left).toEqual([{ offer_id: offers.once, scope: `card:${ann.cardholder.id}`, used: 1 }]);
    const counted = await database.query<{ scope: string }>(`SELECT unnest(counted) AS scope FROM redemption`);
    expect(counted.map(({ scope }) => scope).sort()).toEqual(['day:2026-11-02', 'total']);
  });

  it('still count for a limit that has no end, and for none that has ended', async () => {
    const used = (offerId: string, scanId: string) => post('/api/v1/redemptions', { scanId, offerId }, poole);
    const scanId = await visit(poole, { credential: ann.printedQr });
    expect((await used(offers.once, scanId)).body).toMatchObject({ status: 409, reason: 'limit_reached' });
    await used(offers.daily, scanId).expect(201);
    await used(offers.yearly, scanId).expect(201);
  });

  it('change nothing for those that are younger, and nothing when it is done again', async () => {
    expect(await nightly()).toEqual({ validations: 0, redemptions: 0, counters: 0 });
    const linked = await database.query('SELECT id FROM redemption WHERE card_id = $1', [ann.card.id]);
    expect(linked).toHaveLength(2);
    const counters = await database.query(`SELECT scope FROM offer_counter WHERE scope LIKE 'card:%'`);
    expect(counters).toHaveLength(3);
  });
});

describe('very many', () => {
  it('go in parts: what stopped in the middle goes on where it ended', async () => {
    await database.pool.query('TRUNCATE validation, redemption');
    const [till] = await database.query<{ id: string }>('SELECT id FROM till LIMIT 1');
    await database.query(
      `INSERT INTO validation (id, till_id, branch_id, scan_id, at, card_id, outcome)
         SELECT gen_random_uuid(), $1, $2, gen_random_uuid(), timestamptz '2026-01-01' + n * interval '1 second', $3, 'valid'
           FROM generate_series(1, 2500) n`,
      [till!.id, poole.branch.id, ann.card.id],
    );
    const left = async () =>
      (
        await database.query<{ n: number }>('SELECT count(*)::integer AS n FROM validation WHERE card_id IS NOT NULL')
      )[0]!.n;
    const real = database.transaction.bind(database);
    const stopping = jest.spyOn(database, 'transaction');
    stopping.mockImplementationOnce(real).mockImplementationOnce(() => Promise.reject(new Error('the worker died')));
    await expect(program.get(Unlinking).run()).rejects.toThrow('the worker died');
    stopping.mockRestore();
    expect(await left()).toBe(1500);
    expect(await program.get(Unlinking).run()).toMatchObject({ validations: 1500 });
    expect(await left()).toBe(0);
  });

  it('are found by an index', async () => {
    await database.pool.query('ANALYZE validation');
    const plan = async (table: string, at: string) =>
      (
        await database.query<Record<string, string>>(
          `EXPLAIN SELECT id FROM ${table} WHERE unlinked_at IS NULL AND ${at} < now() ORDER BY ${at} LIMIT 1000 FOR UPDATE`,
        )
      )
        .map((row) => row['QUERY PLAN'])
        .join('\n');
    expect(await plan('validation', 'at')).toContain('ix_validation__linked');
    expect(await plan('redemption', 'occurred_at')).toContain('ix_redemption__linked');
  });
});

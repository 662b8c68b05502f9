import { randomUUID } from 'node:crypto';
import { Database } from '@carers/database';
import { Misuse } from '@carers/misuse';
import { bundledScheme, SchemeService } from '@carers/places';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { idOf, refusalsAt, sightingsOf, unseenRows } from '../../libs/misuse/src/sightings.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { Given, type GivenBusiness, type GivenCard } from '../support/given.js';

let program: TestApp;
let given: Given;
let database: Database;
let poole: GivenBusiness & { key: string; tillId: string };
let dorchester: GivenBusiness & { key: string; tillId: string };
let ann: GivenCard;

beforeAll(async () => {
  program = await startTestApp({ at: '2026-11-21T09:00:00Z' });
  given = new Given(program);
  await given.scheme();
  database = program.get(Database);
  poole = await shop('Quay Kitchen', 'BH15 1HJ');
  dorchester = await shop('Corn Café', 'DT1 1UZ');
  ann = await given.card();
});
afterAll(() => program?.close());
beforeEach(async () => {
  await database.pool.query(
    'TRUNCATE review_item, validation, redemption, misuse_watermark, rate_limit, offer_counter',
  );
  program.clock.set('2026-11-21T12:00:00Z');
});

async function shop(name: string, postcode: string) {
  const made = await given.business({ name, postcode });
  const key = await given.tillKey(made.branch.id);
  const [till] = await database.query<{ id: string }>('SELECT id FROM till WHERE branch_id = $1', [made.branch.id]);
  return { ...made, key, tillId: till!.id };
}

const post = (path: string, body: object, { key }: { key: string }) =>
  program.browser().post(path).set('authorization', `Bearer ${key}`).send(body);
const scan = async (where: { key: string }, card: Record<string, string>) =>
  (await post('/api/v1/validations', { ...card, scanId: randomUUID() }, where).expect(200)).body as { outcome: string };
const printed = (card = ann) => ({ credential: card.printedQr });

/** Searches as the worker does some minutes later. */
async function search(minutes = 5): Promise<number> {
  program.clock.advance({ minutes });
  return program.get(Misuse).search();
}

interface Raised {
  kind: string;
  subject_id: string;
  branch_id: string;
  evidence: Record<string, unknown>;
}
const raised = () =>
  database.query<Raised>('SELECT kind, subject_id, branch_id, evidence FROM review_item ORDER BY raised_at, id');

/** Checks laid straight into the table: `minutesAgo` before now, by the id's time too. */
async function checks(
  list: { minutesAgo: number; where?: typeof poole; reason?: string; card?: string | null; credential?: string }[],
) {
  for (const { minutesAgo, where = poole, reason, card = ann.card.id, credential } of list) {
    const at = new Date(program.clock.now().getTime() - minutesAgo * 60_000);
    const id = idOf(at).slice(0, -12) + randomUUID().slice(-12);
    await database.query(
      `INSERT INTO validation (id, till_id, branch_id, scan_id, at, card_id, credential_id, outcome, reason)
       VALUES ($1, $2, $3, gen_random_uuid(), $4, $5, $6, $7, $8)`,
      [id, where.tillId, where.branch.id, at, card, credential ?? null, reason ? 'not_valid' : 'valid', reason ?? null],
    );
  }
}
const times = (count: number, each: (index: number) => Parameters<typeof checks>[0][number]) =>
  checks(Array.from({ length: count }, (_, index) => each(index)));

describe('one card in two places', () => {
  it('is shown to staff when nobody could have travelled so fast, with what was seen', async () => {
    await scan(poole, printed());
    program.clock.advance({ minutes: 5 });
    await scan(dorchester, { cardNumber: ann.card.number });
    expect(await search()).toBe(1);
    expect(await raised()).toEqual([
      {
        kind: 'far_apart',
        subject_id: ann.card.id,
        branch_id: dorchester.branch.id,
        evidence: {
          firstAt: '2026-11-21T12:00:00.000Z',
          firstBranchId: poole.branch.id,
          firstMedium: 'printed',
          secondAt: '2026-11-21T12:05:00.000Z',
          secondBranchId: dorchester.branch.id,
          secondMedium: null,
          miles: expect.closeTo(20, -1),
          minutes: 5,
          mph: expect.any(Number),
          limitMph: 70,
          slackMiles: 3,
        },
      },
    ]);
  });

  it('is nothing to look at when there was time enough, or the card was refused in one of them', async () => {
    await scan(poole, printed());
    program.clock.advance({ minutes: 30 });
    await scan(dorchester, printed());
    expect(await search()).toBe(0);
    await checks([
      { minutesAgo: 300, where: poole, reason: 'suspended' },
      { minutesAgo: 299, where: dorchester },
    ]);
    expect(await search()).toBe(0);
  });

  it('leaves out branches that are nowhere', async () => {
    const [online] = await database.query<{ id: string }>(
      `INSERT INTO branch (id, business_id, slug, name, online, created_at)
       VALUES (gen_random_uuid(), $1, 'online-shop', 'Online', true, now()) RETURNING id`,
      [dorchester.business.id],
    );
    await checks([
      { minutesAgo: 6 },
      { minutesAgo: 5, where: { ...dorchester, branch: { ...dorchester.branch, id: online!.id } } },
    ]);
    expect(await search()).toBe(0);
  });

  it('is looked at once, however often and by however many the search is run', async () => {
    await checks([{ minutesAgo: 6 }, { minutesAgo: 5, where: dorchester }]);
    const misuse = program.get(Misuse);
    const counts = await Promise.all([misuse.search(), misuse.search(), misuse.search()]);
    expect(counts.sort()).toEqual([0, 0, 1]);
    expect(await search()).toBe(0);
    await checks([{ minutesAgo: 3 }]);
    expect(await search()).toBe(0);
    expect(await raised()).toHaveLength(1);
  });

  it('does not pass over what was on its way to the database while it looked', async () => {
    await checks([{ minutesAgo: 0.5 }]);
    expect(await program.get(Misuse).search()).toBe(0);
    await checks([{ minutesAgo: 0.6, where: dorchester }]); // begun earlier, saved later
    expect(await search()).toBe(1);
  });

  it('finds a use that an offline till tells of days later, by the time at which it happened', async () => {
    program.clock.set('2026-11-21T12:00:00Z');
    await scan(poole, printed());
    await search();
    program.clock.set('2026-11-24T09:00:00Z');
    const offer = await given.offer(dorchester.business.id);
    await database.query(
      `INSERT INTO redemption (id, till_id, branch_id, scan_id, offer_id, offer_revision, card_id, occurred_at, recorded_at,
                               source)
       VALUES ($1, $2, $3, gen_random_uuid(), $4, 1, $5, '2026-11-21T12:04:00Z', $6, 'offline')`,
      [idOf(program.clock.now()), dorchester.tillId, dorchester.branch.id, offer.id, ann.card.id, program.clock.now()],
    );
    // Something of today, so that the step covers days.
    await scan(poole, printed());
    expect(await search()).toBe(1);
    expect((await raised())[0]!.evidence).toMatchObject({
      firstAt: '2026-11-21T12:00:00.000Z',
      secondAt: '2026-11-21T12:04:00.000Z',
    });
  });

  it('is shown again on another day', async () => {
    await checks([{ minutesAgo: 6 }, { minutesAgo: 5, where: dorchester }]);
    expect(await search()).toBe(1);
    program.clock.set('2026-11-22T12:00:00Z');
    await checks([{ minutesAgo: 6 }, { minutesAgo: 5, where: dorchester }]);
    expect(await search()).toBe(1);
  });
});

describe('too much of something', () => {
  it('many accepted checks of one card within an hour, from the number that the policy says', async () => {
    await times(14, (index) => ({ minutesAgo: 120 - index }));
    expect(await search()).toBe(0);
    await checks([{ minutesAgo: 100 }]);
    // The new row is old by its id: look again from the start.
    await database.pool.query('TRUNCATE misuse_watermark');
    expect(await search()).toBe(1);
    expect((await raised())[0]).toMatchObject({
      kind: 'burst',
      subject_id: ann.card.id,
      evidence: { scans: 15, limit: 15, windowMinutes: 60, places: [{ branchId: poole.branch.id, scans: 15 }] },
    });
  });

  it('not when they are spread over the day', async () => {
    await times(40, (index) => ({ minutesAgo: 10 + index * 10 }));
    expect(await search()).toBe(0);
  });

  it('old pictures of one card', async () => {
    await times(5, (index) => ({ minutesAgo: 10 + index, reason: 'stale_code', credential: 'x' }));
    expect(await search()).toBe(1);
    expect((await raised())[0]).toMatchObject({ kind: 'stale_codes', subject_id: ann.card.id });
  });

  it('refused cards at one till, but not those that staff practise with', async () => {
    await times(40, (index) => ({ minutesAgo: 10 + index / 2, reason: 'test_card', card: null }));
    expect(await search()).toBe(0);
    await times(31, (index) => ({
      minutesAgo: 4 - index / 20,
      reason: index % 2 ? 'malformed' : 'expired',
      card: null,
    }));
    expect(await search()).toBe(1);
    expect((await raised())[0]).toMatchObject({
      kind: 'refused_scans',
      subject_id: poole.tillId,
      evidence: {
        scans: 31,
        reasons: [
          { reason: 'expired', scans: 16 },
          { reason: 'malformed', scans: 15 },
        ],
      },
    });
  });

  it('typed numbers that are nobody’s', async () => {
    for (let count = 0; count < 20; count++) await scan(dorchester, { cardNumber: 'CC000000000' });
    expect(await search()).toBe(1);
    expect((await raised())[0]).toMatchObject({ kind: 'guessed_numbers', subject_id: dorchester.tillId });
  });

  it('by the policy of the day, not by constants', async () => {
    const scheme = (await bundledScheme('dorset')) as { policies: { document: Record<string, unknown> }[] };
    for (const { document } of scheme.policies) document['misuse'] = { burstChecks: 3, travelMph: 500 };
    await program.get(SchemeService).loadScheme(scheme);
    try {
      await times(3, (index) => ({ minutesAgo: 5 + index }));
      await checks([{ minutesAgo: 10, where: dorchester }]);
      expect(await search()).toBe(1);
      expect((await raised())[0]).toMatchObject({ kind: 'burst', evidence: { scans: 4, limit: 3 } });
    } finally {
      await given.scheme();
    }
  });
});

describe('what is kept', () => {
  it('names no check, no use and no person', async () => {
    await scan(poole, printed());
    program.clock.advance({ minutes: 1 });
    await scan(dorchester, printed());
    await search();
    const kept = JSON.stringify([await raised(), await database.query('SELECT * FROM misuse_watermark')]);
    const rows = await database.query<Record<string, string>>('SELECT scan_id, credential_id FROM validation');
    for (const value of [...rows.flatMap((row) => Object.values(row)), ann.cardholder.id, ann.card.number, 'Margaret'])
      expect(kept).not.toContain(value);
  });
});

describe('with a hundred thousand checks', () => {
  it('every question of the search is answered from an index', async () => {
    await database.pool.query(`
      INSERT INTO validation (id, till_id, branch_id, scan_id, at, card_id, outcome, reason)
        SELECT gen_random_uuid(), '${poole.tillId}', '${poole.branch.id}', gen_random_uuid(),
               timestamptz '2026-11-01' + n * interval '20 seconds',
               CASE WHEN n % 500 = 0 THEN '${ann.card.id}'::uuid END, CASE WHEN n % 500 = 0 THEN 'valid' ELSE 'not_valid' END,
               CASE WHEN n % 500 = 0 THEN NULL ELSE 'malformed' END
          FROM generate_series(1, 100000) n;
      ANALYZE validation`);
    const asked: [string, unknown[]][] = [];
    const day = new Date('2026-11-10T12:00:00Z');
    const listener = {
      query: async (text: string, values: unknown[]) => {
        asked.push([text, values]);
        return database.query(text, values);
      },
    };
    const tx = listener as never;
    await unseenRows(tx, { validation: idOf(day), redemption: idOf(day) }, day);
    expect((await sightingsOf(tx, [ann.card.id], day, day)).length).toBeGreaterThan(0);
    expect((await refusalsAt(tx, [poole.tillId], day, new Date(day.getTime() + 3_600_000))).length).toBeGreaterThan(
      100,
    );
    for (const [text, values] of asked) {
      const rows = await database.query<Record<string, string>>(`EXPLAIN ${text}`, values);
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      expect(plan).not.toMatch(/Seq Scan on validation/);
    }
  });
});

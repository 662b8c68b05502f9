import { Database } from '@carers/database';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../../../test/support/app.js';
import { Given } from '../../../../test/support/given.js';
import { CaseQueue, pageStatement, type QueueFilter } from './case-queue.js';

const cases = 10_000;

describe('the officers’ queue', () => {
  let running: TestApp;
  let queue: CaseQueue;
  let officer: string;
  beforeAll(async () => {
    running = await startTestApp();
    const given = new Given(running);
    await given.scheme();
    const made = await given.case({ state: 'draft' });
    officer = made.officers[0].id;
    queue = running.get(CaseQueue);
    await running.get(Database).pool.query(
      `INSERT INTO business (id, slug, name, kind, category_id, contact_name, contact_email, contact_email_hash, status,
                             works_in_homes, created_at)
       SELECT gen_random_uuid(), 'many-' || n, 'Many ' || n, kind, category_id, contact_name, contact_email,
              contact_email_hash, 'published', true, created_at FROM business, generate_series(1, ${cases}) n LIMIT ${cases}`,
    );
    await running.get(Database).pool.query(
      `INSERT INTO vetting_case (id, reference, business_id, programme_id, programme_slug, state, facts, tier, waiting_for,
                                 officer_id, created_at, state_since, changed_at)
       SELECT gen_random_uuid(), 'R' || n, business.id, $1, 'trader-vetting', state, '{}', tier, waiting_for,
              CASE WHEN n % 50 = 0 THEN $2::uuid END, at, at, at
         FROM (SELECT id, substr(slug, 6)::int AS n FROM business WHERE slug LIKE 'many-%') business,
              LATERAL (SELECT (ARRAY['approved', 'approved', 'approved', 'in_review', 'recommended', 'fee_due', 'refused',
                                     'withdrawn', 'lapsed', 'suspended'])[1 + n % 10] AS state,
                              (ARRAY['standard', 'raised', 'high'])[1 + n / 10 % 3] AS tier,
                              (ARRAY['nobody', 'business', 'nobody', 'officer', 'approver', 'payment', 'nobody', 'nobody',
                                     'business', 'officer'])[1 + n % 10] AS waiting_for,
                              timestamptz '2026-01-01' + n * 7919 % 10007 * interval '10 minutes' AS at) drawn`,
      [made.case.programmeId, officer],
    );
    await running.get(Database).pool.query('ANALYZE vetting_case; ANALYZE business');
  });
  afterAll(() => running?.close());

  const filters: [string, QueueFilter][] = [
    ['everything that runs', {}],
    ['a state', { state: 'in_review' }],
    ['what waits for officers', { waitingFor: 'officer' }],
    ['a tier', { tier: 'high' }],
    ['one officer’s', { officer: 'x' }],
    ['a state and a tier', { state: 'approved', tier: 'raised' }],
    ['what waits for approval in a tier', { waitingFor: 'approver', tier: 'high' }],
  ];

  it.each(filters)('of %s is read in order from an index, however many cases there are', async (_what, wanted) => {
    const filter = wanted.officer ? { officer } : wanted;
    for (const after of [undefined, `${Date.parse('2026-02-10')}_${officer}`]) {
      const { text, values } = pageStatement({ ...filter, after: after ?? null });
      const [row] = await running
        .get(Database)
        .query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, values);
      const nodes = flat(row!['QUERY PLAN'][0].Plan);
      expect(nodes.map((node) => node['Node Type']).filter((type) => /Sort|Seq Scan/.test(type))).toEqual([]);
      const scan = nodes.find((node) => node['Relation Name'] === 'vetting_case')!;
      expect(scan['Index Name']).toMatch(/^ix_vetting_case__queue/);
      // What is read and thrown away does not grow with the table.
      expect(scan['Rows Removed by Filter'] ?? 0).toBeLessThan(600);
    }
  });

  it('goes page by page through each case once, oldest first', async () => {
    const seen: string[] = [];
    let since = 0;
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<CaseQueue['page']>> = await queue.page({
        state: 'suspended',
        tier: 'high',
        after,
      });
      for (const { id, stateSince } of page.lines) {
        expect(stateSince.getTime()).toBeGreaterThanOrEqual(since);
        since = stateSince.getTime();
        seen.push(id);
      }
      after = page.next;
    } while (after);
    const [there] = await running
      .get(Database)
      .query<{ count: number }>(
        `SELECT count(*)::int AS count FROM vetting_case WHERE state = 'suspended' AND tier = 'high'`,
      );
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toHaveLength(there!.count);
  });

  it('shows running cases alone unless asked otherwise, and survives a cursor that somebody typed', async () => {
    const { lines } = await queue.page();
    expect(lines).toHaveLength(25);
    for (const { state } of lines) expect(['draft', 'refused', 'removed', 'withdrawn']).not.toContain(state);
    expect((await queue.page({ state: 'refused' })).lines).toHaveLength(25);
    expect((await queue.page({ after: `' OR 1=1` })).lines[0]).toEqual(lines[0]);
    expect((await queue.counts()).approver).toBe(cases / 10);
  });
});

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Rows Removed by Filter'?: number;
  Plans?: Plan[];
}

function flat(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(flat)];
}

import { randomUUID } from 'node:crypto';
import { Audit } from '@carers/audit';
import { Database } from '@carers/database';
import { type NewReview, Reviews } from '@carers/reviews';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ForgetReviews } from '../../libs/reviews/src/review-retention.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { Given, type GivenBusiness, type GivenCard } from '../support/given.js';
import type { Browser } from './access-browser.js';
import { staffOf } from './applications-support.js';

let program: TestApp;
let database: Database;
let reviews: Reviews;
let registrar: Browser & { accountId: string };
let cafe: GivenBusiness;
let ann: GivenCard;

beforeAll(async () => {
  program = await startTestApp();
  const given = new Given(program);
  await given.scheme();
  database = program.get(Database);
  reviews = program.get(Reviews);
  registrar = await staffOf(program, 'registrar', 'Rita');
  cafe = await given.business();
  ann = await given.card({ firstName: 'Annabel' });
});
afterAll(() => program?.close());
beforeEach(async () => {
  await database.pool.query('TRUNCATE review_item, rate_limit');
});

const aboutAnn = (): NewReview => ({
  kind: 'burst',
  subject: { kind: 'card', id: ann.card.id },
  branchId: cafe.branch.id,
  once: randomUUID(),
  reasonKey: 'misuse:burst',
  evidence: { scans: 20, fromAt: '2026-11-21T09:00:00.000Z', windowMinutes: 60, branchId: cafe.branch.id },
});
const raise = (review: Partial<NewReview> = {}) =>
  database.transaction((tx) => reviews.raise(tx, { ...aboutAnn(), ...review }));
const only = async () => (await database.query<{ id: string }>('SELECT id FROM review_item'))[0]!.id;

describe('raising a review', () => {
  it('adds one for each key, also when many ask at the same time', async () => {
    const once = 'the-same';
    const answers = await Promise.all(Array.from({ length: 8 }, () => raise({ once })));
    expect(answers.filter(Boolean)).toHaveLength(1);
    expect(await raise({ once })).toBe(false);
    expect(await raise({ once: 'another' })).toBe(true);
    expect(await reviews.waiting()).toBe(2);
  });

  it('goes with the change it belongs to', async () => {
    const failing = database.transaction(async (tx) => {
      await reviews.raise(tx, aboutAnn());
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await reviews.waiting()).toBe(0);
  });

  it('refuses evidence in words of people', async () => {
    await expect(raise({ evidence: { note: 'Annabel Hale' } })).rejects.toThrow('not an id or a word');
    await expect(raise({ evidence: { list: [{ note: '1 Sea Road' }] } })).rejects.toThrow(TypeError);
  });
});

describe('the staff pages', () => {
  it('are for registrars and administrators only', async () => {
    await raise();
    const commissioner = await staffOf(program, 'commissioner', 'Cora');
    expect((await commissioner.get('/staff/reviews')).status).toBe(403);
    expect((await commissioner.get(`/staff/reviews/${await only()}`)).status).toBe(403);
    expect((await commissioner.get('/staff')).text).not.toContain('/staff/reviews');
    const administrator = await staffOf(program, 'administrator', 'Ada');
    expect((await administrator.get('/staff/reviews')).status).toBe(200);
    expect((await registrar.get('/staff')).text).toContain('/staff/reviews');
  });

  it('say when nothing waits, and when a filter finds nothing', async () => {
    expect((await registrar.get('/staff/reviews')).text).toContain('Nothing waits');
    expect((await registrar.get('/staff/reviews?status=closed')).text).toContain('Nothing has been closed yet');
    await raise();
    expect((await registrar.get('/staff/reviews?kind=stale_codes')).text).toContain('Nothing here matches');
    expect((await registrar.get('/staff/reviews?kind=nonsense&cursor=x&status=y')).status).toBe(200);
  });

  it('list the oldest first, page by page, each once', async () => {
    for (let count = 0; count < 30; count++) {
      await raise({ kind: count % 3 ? 'burst' : 'stale_codes' });
      if (count % 2) program.clock.advance({ minutes: 1 });
    }
    const inOrder = (await database.query<{ id: string }>('SELECT id FROM review_item ORDER BY raised_at, id')).map(
      ({ id }) => id,
    );
    const linksOf = (text: string) => [...text.matchAll(/\/staff\/reviews\/([0-9a-f-]{36})/g)].map(([, id]) => id);
    const first = (await registrar.get('/staff/reviews')).text;
    const next = /href="(\/staff\/reviews\?[^"]*cursor[^"]+)"/.exec(first)![1]!;
    const second = (await registrar.get(next.replaceAll('&amp;', '&').replaceAll('&#x3D;', '='))).text;
    expect([...linksOf(first), ...linksOf(second)]).toEqual(inOrder);
    expect(linksOf((await registrar.get('/staff/reviews?kind=stale_codes')).text)).toHaveLength(10);
  });

  it('show the evidence in plain words, with the ways to the card and the business and no name of a person', async () => {
    await raise();
    const { text } = await registrar.get(`/staff/reviews/${await only()}`);
    expect(text).toContain('21 November 2026 at 9am');
    expect(text).toContain('60 minutes');
    expect(text).toContain('The Quay Kitchen');
    expect(text).toContain(`/staff/cards/${ann.cardholder.id}?why`);
    expect(text).toContain(`/staff/businesses/${cafe.business.id}`);
    expect(text).not.toContain('Annabel');
  });

  it('write down that the record was read', async () => {
    await raise();
    await registrar.get(`/staff/reviews/${await only()}`);
    const [event] = await program.get(Audit).historyOf({ kind: 'cardholder', id: ann.cardholder.id });
    expect(event).toMatchObject({
      action: 'person.viewed',
      actorId: registrar.accountId,
      actorRole: 'registrar',
      details: { through: 'review' },
    });
  });

  it('answer 404 for what is no review', async () => {
    expect((await registrar.get(`/staff/reviews/${randomUUID()}`)).status).toBe(404);
    expect((await registrar.get('/staff/reviews/nonsense')).status).toBe(404);
  });

  it('close one with an outcome and a reason, once', async () => {
    await raise();
    const id = await only();
    const path = `/staff/reviews/${id}`;
    const close = `${path}/close`;
    expect((await registrar.submit(path, { outcome: '', why: '' }, close)).status).toBe(422);
    expect((await registrar.submit(path, { outcome: 'too_old', why: 'x' }, close)).status).toBe(422);
    // Two look at the same page: the first one counts.
    const token = /name="_csrf" value="([^"]+)"/.exec((await registrar.get(path)).text)![1]!;
    const send = (outcome: string) =>
      registrar.agent.post(close).type('form').send({ _csrf: token, outcome, why: 'She said it was her sister' });
    expect((await send('spoke_to_carer')).status).toBe(303);
    expect((await send('nothing_wrong')).status).toBe(409);
    const [row] = await database.query('SELECT status, outcome, closed_by FROM review_item');
    expect(row).toEqual({ status: 'closed', outcome: 'spoke_to_carer', closed_by: registrar.accountId });
    const [event] = await program.get(Audit).historyOf({ kind: 'review', id });
    expect(event).toMatchObject({ action: 'review.closed', reason: null, details: { outcome: 'spoke_to_carer' } });
    expect((await registrar.get('/staff/reviews?status=closed')).text).toContain(path);
    const shown = (await registrar.get(path)).text;
    expect(shown).toContain('She said it was her sister');
    expect(shown).not.toContain('/close"');
  });
});

describe('forgetting reviews', () => {
  const nightly = () => program.get(ForgetReviews).handle();
  const rows = () =>
    database.query<Record<string, unknown>>(
      'SELECT subject_id, branch_id, evidence, closed_why, outcome, status FROM review_item',
    );

  it('takes everything away that leads to a person when the evidence is as old as uses may be linked', async () => {
    await raise();
    await reviews.close(await only(), 'nothing_wrong', 'Annabel explained', { kind: 'account', id: 'x' });
    program.clock.set('2027-02-19T08:59:00Z'); // 89 days and 23:59 hours after the first check
    await nightly();
    expect((await rows())[0]).toMatchObject({ subject_id: ann.card.id });
    program.clock.set('2027-02-19T09:01:00Z');
    await nightly();
    expect(await rows()).toEqual([
      { subject_id: null, branch_id: null, evidence: {}, closed_why: null, outcome: 'nothing_wrong', status: 'closed' },
    ]);
    expect((await reviews.find(await only())).forgottenAt).toEqual(program.clock.now());
  });

  it('closes what nobody looked at in time, and removes what was closed long ago', async () => {
    program.clock.set('2026-11-21T10:00:00Z');
    await raise();
    program.clock.set('2027-03-01T10:00:00Z');
    await nightly();
    expect((await rows())[0]).toMatchObject({ status: 'closed', outcome: 'too_old', subject_id: null });
    await nightly();
    expect(await rows()).toHaveLength(1);
    program.clock.set('2028-03-02T10:00:00Z');
    await nightly();
    expect(await rows()).toEqual([]);
  });
});

describe('with ten thousand reviews', () => {
  it('a page of the list comes from an index', async () => {
    await database.pool.query(`
      INSERT INTO review_item (id, kind, subject_kind, subject_id, once, reason_key, evidence, seen_from, raised_at, status,
                               closed_at, closed_by, outcome)
        SELECT gen_random_uuid(), CASE WHEN n % 5 = 0 THEN 'burst' ELSE 'far_apart' END, 'till', n::text, n::text, 'x', '{}',
               now(), timestamptz '2026-01-01' + n * interval '1 minute', CASE WHEN n % 2 = 0 THEN 'open' ELSE 'closed' END,
               CASE WHEN n % 2 = 1 THEN now() END, CASE WHEN n % 2 = 1 THEN 'x' END, CASE WHEN n % 2 = 1 THEN 'nothing_wrong' END
          FROM generate_series(1, 10000) n;
      ANALYZE review_item`);
    const plan = async (where: string) =>
      (
        await database.query<Record<string, string>>(
          `EXPLAIN SELECT * FROM review_item WHERE ${where} ORDER BY raised_at, id LIMIT 26`,
        )
      )
        .map((row) => row['QUERY PLAN'])
        .join('\n');
    expect(await plan(`status = 'open'`)).toContain('ix_review_item__queue');
    expect(await plan(`status = 'open' AND kind = 'burst'`)).toContain('ix_review_item__kind');
    const beyond = `(raised_at, id) > (timestamptz '2026-01-04', '${randomUUID()}')`;
    const paged = await plan(`status = 'open' AND kind = 'burst' AND ${beyond}`);
    expect(paged).toContain('ix_review_item__kind');
    expect(paged).not.toContain('Sort');
  });
});

import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database, type EmbeddedPostgres, migrate, startEmbeddedPostgres } from '@carers/database';
import { installQueue } from '@carers/jobs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { migrations } from '../../migrations/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { Given } from '../support/given.js';

interface Result {
  scanId: string;
  result: string;
}

/** A server of its own, since it is killed. It comes back by itself on the same port. */
describe('PostgreSQL that is killed in the middle of an upload', () => {
  let dataDir: string;
  let postgres: EmbeddedPostgres;
  let running: TestApp;
  let other: Client;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), `carers-card-test-${process.pid}-`));
    await chmod(dataDir, 0o711);
    postgres = await startEmbeddedPostgres({ dataDir });
    await migrate(postgres.url, migrations);
    await installQueue(postgres.url);
    running = await startTestApp({ databaseUrl: postgres.url, at: '2026-11-21T12:00:00Z' });
    other = new Client({ connectionString: postgres.url });
    other.on('error', () => undefined);
    await other.connect();
  }, 120_000);
  afterAll(async () => {
    await running?.close();
    await postgres?.stop();
    for (const folder of [postgres?.directory, dataDir]) if (folder) await rm(folder, { recursive: true, force: true });
  }, 60_000);

  it('loses nothing of it, and counts nothing twice when it is sent again', async () => {
    const given = new Given(running);
    await given.scheme();
    const { business, branch } = await given.business();
    const card = await given.card();
    const offer = await given.offer(business.id, { limits: { total: 100 } });
    const key = await given.tillKey(branch.id);
    const use = { offerId: offer.id, credential: card.printedQr, occurredAt: '2026-11-21T12:00:00Z' };
    const redemptions = [
      ...Array.from({ length: 20 }, () => ({ ...use, scanId: randomUUID() })),
      // Goes to staff, after the uses were written.
      { ...use, scanId: randomUUID(), offerId: randomUUID() },
    ];
    const upload = () =>
      running
        .browser()
        .post('/api/v1/redemptions/batch')
        .set('authorization', `Bearer ${key}`)
        .send({ sentAt: '2026-11-21T12:00:00Z', redemptions });
    const { rows: backends } = await other.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');

    // Nobody can raise a review: the upload stops short of its commit.
    await other.query('BEGIN; LOCK TABLE review_item IN ACCESS EXCLUSIVE MODE');
    const first = upload().then(({ status }) => status);
    for (let waiting = 0; waiting === 0;) {
      const { rows } = await other.query<{ waiting: number }>(
        'SELECT count(*)::integer AS waiting FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid))',
        [backends[0]!.pid],
      );
      waiting = rows[0]!.waiting;
    }
    process.kill(postgres.processId, 'SIGQUIT');
    expect(await first).toBe(503);

    let again = await upload();
    while (again.status === 503) again = await upload();
    expect(again.status).toBe(200);
    const results = (answer: typeof again) =>
      (answer.body as { results: Result[] }).results.map(({ result }) => result);
    expect(results(again)).toEqual([...Array<string>(20).fill('recorded'), 'kept_for_review']);
    expect(results(await upload())).toEqual([...Array<string>(20).fill('recorded_before'), 'kept_for_review']);

    const [counted] = await running.get(Database).query<Record<string, number>>(
      `SELECT (SELECT count(*)::integer FROM redemption) AS recorded,
              (SELECT used FROM offer_counter WHERE offer_id = $1 AND scope = 'total') AS used,
              (SELECT count(*)::integer FROM review_item) AS reviews`,
      [offer.id],
    );
    expect(counted).toEqual({ recorded: 20, used: 20, reviews: 1 });
  }, 120_000);
});

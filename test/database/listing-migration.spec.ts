import { migrationSource } from '@carers/database';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { migrations } from '../../migrations/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { testDatabase } from '../support/database.js';
import { Given } from '../support/given.js';

let running: TestApp;
let source: DataSource;
let url: string;
let trade: string;

beforeAll(async () => {
  url = await testDatabase();
  running = await startTestApp({ databaseUrl: url });
  const given = new Given(running);
  await given.scheme();
  const { business } = await given.business({ name: 'Marsh Plumbing', worksInHomes: true });
  trade = business.id;
  await given.offer(trade);
  await given.offer((await given.business({ name: 'Café Otterley' })).business.id);
  await running.close();
  source = await migrationSource(url, migrations).initialize();
});
afterAll(() => source?.destroy());

const later = migrations.filter(({ name }) => Number(name.slice(-13)) >= 1763770170000).length;
const offers = () =>
  source.query<{ name: string; status: string }[]>(
    'SELECT business.name, offer.status FROM offer JOIN business ON business.id = business_id ORDER BY business.name',
  );
const listed = async () => {
  const rows = await source.query<{ name: string }[]>(
    `SELECT line -> 'business' ->> 'name' AS name FROM offer_listing ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
};

describe('the migration of listings', () => {
  it('shows nobody a trade on its way back, and withholds on its way up what was shown before', async () => {
    expect(await offers()).toEqual([
      { name: 'Café Otterley', status: 'published' },
      { name: 'Marsh Plumbing', status: 'withheld' },
    ]);
    for (let left = later; left > 0; left--) await source.undoLastMigration({ transaction: 'all' });
    expect((await offers())[1]!.status).toBe('paused');
    expect(await listed()).toEqual(['Café Otterley']);

    await source.query(`UPDATE offer SET status = 'published' WHERE business_id = $1`, [trade]);
    expect(await listed()).toEqual(['Café Otterley', 'Marsh Plumbing']);
    await source.runMigrations({ transaction: 'all' });
    expect((await offers())[1]!.status).toBe('withheld');
    expect(await listed()).toEqual(['Café Otterley']);
  });
});

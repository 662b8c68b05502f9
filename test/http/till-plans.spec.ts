import { randomUUID } from 'node:crypto';
import { Database } from '@carers/database';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { Given } from '../support/given.js';

describe('a batch of a till’s requests in a scheme with many tills', () => {
  let running: TestApp;
  let hashes: string[];

  beforeAll(async () => {
    running = await startTestApp({ at: '2026-11-21T12:00:00Z' });
    const given = new Given(running);
    await given.scheme();
    const { branch } = await given.business();
    await given.tillKey(branch.id);
    // The statistics of a scheme's first day, by which plans are made that live on.
    await running.get(Database).query('ANALYZE till, branch, business');
    for (let count = 0; count < 40; count++) await given.tillKey(branch.id);
    const rows = await running
      .get(Database)
      .query<{ key_hash: string }>('SELECT key_hash FROM till_key ORDER BY key_hash LIMIT 2');
    hashes = rows.map(({ key_hash }) => key_hash);
  });
  afterAll(() => running?.close());

  /** How many tills a statement reads, by what PostgreSQL counts for the connection. */
  const tillsRead = (sql: string, values: unknown[]) =>
    running.get(Database).transaction(async (tx) => {
      const soFar = async () => {
        const [row] = (await tx.query(
          `SELECT (seq_tup_read + idx_tup_fetch)::integer AS read FROM pg_stat_xact_user_tables WHERE relname = 'till'`,
        )) as { read: number }[];
        return row!.read;
      };
      const before = await soFar();
      await tx.query(sql, values);
      return (await soFar()) - before;
    });

  it('reads no other tills to check cards', async () => {
    const both = (value: unknown) => hashes.map(() => value);
    const read = await tillsRead('SELECT * FROM till_validate($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)', [
      hashes.map(() => randomUUID()),
      hashes,
      hashes.map(() => randomUUID()),
      both('2026-11-21T12:00:00Z'),
      both('2026-11-21'),
      both(null),
      both(null),
      both('malformed'),
      both(false),
      both(0),
      [],
    ]);
    // Each till once, and once more by the foreign key of what is kept.
    expect(read).toBeLessThanOrEqual(2 * hashes.length);
  });

  it('reads no other tills to record uses', async () => {
    const items = hashes.map((keyHash, position) => ({
      position,
      keyHash,
      scanId: randomUUID(),
      offerId: randomUUID(),
      revision: 1,
      redemptionId: randomUUID(),
      at: '2026-11-21T12:00:00Z',
      occurredAt: '2026-11-21T12:00:00Z',
      today: '2026-11-21',
    }));
    const read = await tillsRead('SELECT * FROM till_redeem($1::jsonb)', [JSON.stringify(items)]);
    expect(read).toBeLessThanOrEqual(2 * hashes.length);
  });
});

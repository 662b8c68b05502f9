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
    await running.get(Database).query('ANALYZE till, till_key, branch, business');
    for (let count = 0; count < 40; count++) await given.tillKey(branch.id);
    const rows = await running
      .get(Database)
      .query<{ key_hash: string }>('SELECT key_hash FROM till_key ORDER BY key_hash LIMIT 2');
    hashes = rows.map(({ key_hash }) => key_hash);
  });
  afterAll(() => running?.close());

  /** How many keys of tills a statement reads, by what PostgreSQL counts for the connection. */
  const tillsRead = (sql: string, values: unknown[]) =>
    running.get(Database).transaction(async (tx) => {
      const soFar = async () => {
        const [row] = (await tx.query(
          `SELECT (seq_tup_read + idx_tup_fetch)::integer AS read FROM pg_stat_xact_user_tables WHERE relname = 'till_key'`,
        )) as { read: number }[];
        return row!.read;
      };
      const before = await soFar();
      await tx.query(sql, values);
      return (await soFar()) - before;
    });

  it('reads the keys of no other tills to check cards', async () => {
    const both = (value: unknown) => hashes.map(() => value);
    const read = await tillsRead('SELECT till_checks($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)', [
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
      [],
      [],
      [],
    ]);
    // Each key once.
    expect(read).toBeLessThanOrEqual(hashes.length);
  });

  it('waits one way only, where two batches have the same scans', async () => {
    const batch = (scanIds: string[]) => {
      const each = (value: unknown) => scanIds.map(() => value);
      return running
        .get(Database)
        .query('SELECT till_checks($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)', [
          scanIds.map(() => randomUUID()),
          each(hashes[0]),
          scanIds,
          each('2026-11-21T12:00:00Z'),
          each('2026-11-21'),
          each(null),
          each(null),
          each('malformed'),
          each(false),
          each(0),
          [],
          [],
          [],
          [],
        ]);
    };
    for (let round = 0; round < 10; round++) {
      const fresh = Array.from({ length: 64 }, () => randomUUID());
      await Promise.all([batch(fresh), batch([...fresh].reverse()), batch(fresh)]);
    }
  });

  it('reads the keys of no other tills to record uses', async () => {
    const each = (value: unknown) => hashes.map(() => value);
    const read = await tillsRead('SELECT till_record($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)', [
      hashes.map(() => randomUUID()),
      hashes,
      hashes.map(() => randomUUID()),
      hashes.map(() => randomUUID()),
      each(1),
      each('2026-11-21T12:00:00Z'),
      each('2026-11-21T12:00:00Z'),
      each('2026-11-21'),
      each(null),
      each(null),
    ]);
    expect(read).toBeLessThanOrEqual(hashes.length);
  });
});

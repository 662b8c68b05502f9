import { migrationSource } from '@carers/database';
import { expect, it } from '@jest/globals';
import { migrations } from '../../migrations/index.js';
import { testDatabase } from '../support/database.js';

const till = '0190a6a4-7c1e-7000-8000-00000000000a';

it('moves the keys of tills to rows of their own, and back: nobody has to pair a phone again', async () => {
  const source = await migrationSource(await testDatabase(), migrations).initialize();
  const back = migrations.length - migrations.findIndex(({ name }) => name.startsWith('TillDevices'));
  const down = async () => {
    for (let left = back; left > 0; left--) await source.undoLastMigration({ transaction: 'all' });
  };
  try {
    await down();
    // A till needs a branch, and that a business: what they are does not matter here.
    await source.query(`ALTER TABLE till DROP CONSTRAINT fk_till__branch`);
    await source.query(
      `INSERT INTO till (id, branch_id, name, kind, key_hash, created_at, last_used_at)
       VALUES ($1, $1, 'Counter', 'key', 'first', '2026-11-01', '2026-11-20')`,
      [till],
    );
    await source.runMigrations({ transaction: 'all' });
    expect(await source.query('SELECT till_id, key_hash, ends_at, last_used_at FROM till_key')).toEqual([
      { till_id: till, key_hash: 'first', ends_at: null, last_used_at: new Date('2026-11-20T00:00:00Z') },
    ]);
    expect(await source.query('SELECT scopes, pin, last_sync_at FROM till')).toEqual([
      { scopes: ['validate', 'redeem'], pin: null, last_sync_at: null },
    ]);

    await source.query(`INSERT INTO till_key VALUES ('second', $1, '2026-11-21', NULL, '2026-11-19')`, [till]);
    await down();
    expect(await source.query('SELECT key_hash, last_used_at FROM till')).toEqual([
      { key_hash: 'second', last_used_at: new Date('2026-11-20T00:00:00Z') },
    ]);
  } finally {
    await source.destroy();
  }
});

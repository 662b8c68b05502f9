import { migrationSource } from '@carers/database';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { migrations } from '../../migrations/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { testDatabase } from '../support/database.js';

interface ColumnShape {
  type: string;
  nullable: boolean;
}

/** PostgreSQL's own names for the types that entities may name otherwise. */
const typeNames: Record<string, string> = {
  timestamptz: 'timestamp with time zone',
  'timestamp with time zone': 'timestamp with time zone',
  int: 'integer',
  bool: 'boolean',
  Number: 'integer',
  String: 'character varying',
  Boolean: 'boolean',
};

describe('the migrated schema', () => {
  let running: TestApp;
  beforeAll(async () => {
    running = await startTestApp();
  });
  afterAll(() => running?.close());

  it('has exactly the columns that the entities name, of the same type and as strict about null', async () => {
    const source = running.app.get<DataSource>(getDataSourceToken(), { strict: false });
    const differences: string[] = [];
    for (const entity of source.entityMetadatas) {
      const rows = await source.query<{ name: string; type: string; nullable: boolean }[]>(
        `SELECT attname AS name, format_type(atttypid, atttypmod) AS type, NOT attnotnull AS nullable
           FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped`,
        [entity.tableName],
      );
      const found = new Map(rows.map(({ name, ...shape }) => [name, shape as ColumnShape]));
      if (found.size === 0) differences.push(`${entity.tableName} is not there`);
      for (const column of entity.columns) {
        const name = `${entity.tableName}.${column.databaseName}`;
        const there = found.get(column.databaseName);
        const raw = typeof column.type === 'function' ? column.type.name : column.type;
        const expected = (typeNames[raw] ?? raw) + (column.isArray ? '[]' : '');
        if (!there) differences.push(`${name} is missing in the schema`);
        else if (there.type !== expected) differences.push(`${name} is ${there.type}, the entity says ${expected}`);
        else if (there.nullable !== column.isNullable)
          differences.push(`${name}: null is ${there.nullable ? 'allowed' : 'refused'}, the entity says otherwise`);
        found.delete(column.databaseName);
      }
      // A column that no entity names is written by SQL alone; it must then not be needed by an insert.
      for (const name of found.keys()) differences.push(`${entity.tableName}.${name} has no property`);
    }
    expect(differences).toEqual([]);
  });

  it('names every constraint itself', async () => {
    const source = running.app.get<DataSource>(getDataSourceToken(), { strict: false });
    const unnamed = await source.query<{ conname: string }[]>(
      `SELECT conrelid::regclass || ': ' || conname AS conname FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND contype IN ('p', 'u', 'f', 'c') AND conname !~ '^(pk|uq|fk|ck)_'
          AND conrelid <> 0 AND conrelid::regclass::text <> 'migration'`,
    );
    expect(unnamed).toEqual([]);
  });

  it('has an index behind every foreign key whose rows are looked up or deleted from the other side', async () => {
    const source = running.app.get<DataSource>(getDataSourceToken(), { strict: false });
    const slow = await source.query<{ name: string }[]>(
      `SELECT conname AS name FROM pg_constraint fk
        WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND confdeltype = 'c'
          AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = fk.conrelid AND indkey[0] = fk.conkey[1])`,
    );
    expect(slow).toEqual([]);
  });
});

describe('the migrations', () => {
  it('go all the way down, leaving nothing behind, and up again to the same schema', async () => {
    const source = await migrationSource(await testDatabase(), migrations).initialize();
    try {
      const before = await picture(source);
      for (let left = migrations.length; left > 0; left--) await source.undoLastMigration({ transaction: 'all' });
      expect(await picture(source)).toEqual([]);
      await source.runMigrations({ transaction: 'all' });
      expect(await picture(source)).toEqual(before);
    } finally {
      await source.destroy();
    }
  });

  it('stand in the list in the order of their time, each once', () => {
    const times = migrations.map(({ name }) => Number(name.slice(-13)));
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
  });
});

/** Tables with columns, indexes, constraints, triggers and functions of our schema, as text. */
async function picture(source: DataSource): Promise<string[]> {
  const rows = await source.query<{ line: string }[]>(`
    SELECT 'column ' || attrelid::regclass || '.' || attname || ' ' || format_type(atttypid, atttypmod) || ' ' || attnotnull AS line
      FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
     WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped AND relname <> 'migration'
    UNION ALL
    SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'migration'
    UNION ALL
    SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid <> 0 AND conrelid::regclass::text <> 'migration'
       AND contype <> 'n'
    UNION ALL
    SELECT 'trigger ' || tgrelid::regclass || ' ' || pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
       AND tgrelid::regclass::text NOT LIKE 'queue.%'
    UNION ALL
    SELECT 'function ' || pg_get_functiondef(pg_proc.oid) FROM pg_proc
      LEFT JOIN pg_depend ON pg_depend.objid = pg_proc.oid AND pg_depend.deptype = 'e'
     WHERE pronamespace = 'public'::regnamespace AND pg_depend.objid IS NULL
    ORDER BY 1`);
  return rows.map(({ line }) => line);
}

import { DataSource, type MigrationInterface } from 'typeorm';

export type MigrationClass = new () => MigrationInterface;

/** How many migrations may be waiting to run, or have run. */
export interface MigrationReport {
  applied: string[];
}

/** A data source that can only migrate. Close it when done. */
export function migrationSource(databaseUrl: string, migrations: MigrationClass[]): DataSource {
  return new DataSource({
    type: 'postgres',
    url: databaseUrl,
    applicationName: 'carers-card migrate',
    migrations,
    migrationsTableName: 'migration',
    connectTimeoutMS: 5_000,
  });
}

/**
 * Runs every migration that has not run yet, all in one transaction. Two processes at once wait for each other.
 */
export async function migrate(databaseUrl: string, migrations: MigrationClass[]): Promise<MigrationReport> {
  const source = await migrationSource(databaseUrl, migrations).initialize();
  const lock = source.createQueryRunner();
  try {
    await lock.query(`SELECT pg_advisory_lock(hashtext('carers-card migrate'))`);
    const applied = await source.runMigrations({ transaction: 'all' });
    return { applied: applied.map(({ name }) => name) };
  } finally {
    await lock.query(`SELECT pg_advisory_unlock(hashtext('carers-card migrate'))`).catch(() => undefined);
    await lock.release();
    await source.destroy();
  }
}

import type { Settings } from '@carers/settings';
import type { TypeOrmModuleOptions } from '@nestjs/typeorm';
import pg from 'pg';

// A `date` is a day, not an instant: pg would turn it into midnight in the machine's zone. Counts fit in a double.
pg.types.setTypeParser(pg.types.builtins.DATE, (value) => value);
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/** How TypeORM reaches PostgreSQL: no schema changes by itself, bounded waits, a named connection. */
export function dataSourceOptions(settings: Settings, applicationName: string): TypeOrmModuleOptions {
  return {
    type: 'postgres',
    url: settings.databaseUrl,
    applicationName,
    autoLoadEntities: true,
    synchronize: false,
    migrationsRun: false,
    retryAttempts: 0,
    poolSize: settings.databasePoolSize,
    connectTimeoutMS: settings.databaseWaitSeconds * 1000,
    extra: { statement_timeout: 60_000, idle_in_transaction_session_timeout: 60_000, keepAlive: true },
    // TypeORM's own log prints parameters, which are personal data; errors are thrown and logged without them.
    logging: false,
  };
}

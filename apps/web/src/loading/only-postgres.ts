import { createRequire, Module } from 'node:module';

/**
 * TypeORM loads its drivers for every database there is, by name and to have them at hand. Imported before it, this leaves
 * empty modules in the place of all but PostgreSQL's. A start fails at once when TypeORM has renamed one.
 */
const others = [
  'aurora-mysql/AuroraMysqlDriver',
  'aurora-postgres/AuroraPostgresDriver',
  'better-sqlite3/BetterSqlite3Driver',
  'capacitor/CapacitorDriver',
  'cockroachdb/CockroachDriver',
  'cordova/CordovaDriver',
  'expo/ExpoDriver',
  'mongodb/MongoDriver',
  'mysql/MysqlDriver',
  'nativescript/NativescriptDriver',
  'oracle/OracleDriver',
  'react-native/ReactNativeDriver',
  'sap/SapDriver',
  'spanner/SpannerDriver',
  'sqljs/SqljsDriver',
  'sqlserver/SqlServerDriver',
];

const require = createRequire(import.meta.url);
for (const name of others) {
  const path = require.resolve(`typeorm/driver/${name}.js`);
  const empty = new Module(path);
  empty.loaded = true;
  require.cache[path] = empty;
}

export { columnOf } from './array-column.js';
export { dataSourceOptions } from './data-source.js';
export { Database, type PreparedStatement, type Tx } from './database.js';
export { DatabaseModule } from './database.module.js';
export {
  EmbeddedPostgres,
  findEmbeddedPostgres,
  startEmbeddedPostgres,
  type EmbeddedOptions,
} from './embedded/index.js';
export { insertMany } from './insert-many.js';
export { KernelModule } from './kernel.module.js';
export { migrate, migrationSource, type MigrationClass, type MigrationReport } from './migrate.js';
export { OneValue, type ValueGiven } from './one-value.js';
export { constraintOf, isOutage, sqlStateOf } from './pg-errors.js';
export { SealedColumn, sealedText } from './sealed-column.js';
export { CannotUnseal, keyedHash, Sealing, sealing, useSealing } from './sealing.js';

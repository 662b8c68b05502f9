export {
  EmbeddedPostgres,
  findEmbeddedPostgres,
  startEmbeddedPostgres,
  type EmbeddedOptions,
} from './embedded-postgres.js';

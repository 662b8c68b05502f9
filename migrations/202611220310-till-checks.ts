import type { MigrationInterface, QueryRunner } from 'typeorm';
import { batch } from './till-checks/batch.js';
import { one } from './till-checks/one.js';

const oneArguments = 'uuid, text, uuid, timestamptz, date, text, text, text, boolean, uuid[], text[]';
const batchArguments =
  'uuid[], text[], uuid[], timestamptz[], date[], text[], text[], text[], boolean[], integer[], text[], integer[], uuid[], text[]';

/**
 * A check by itself has a function of its own, with values as they are instead of arrays of one. The caller, who knows the
 * terms of a branch's offers, names the counters of their limits: working them out of the terms for each check took
 * PostgreSQL a sixth of a batch. Hours of caring come with the date of birth. The functions before stay, for processes
 * that are still of the version before.
 */
export class TillChecks1763770310000 implements MigrationInterface {
  name = 'TillChecks1763770310000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(one);
    await runner.query(batch);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP FUNCTION till_checks(${batchArguments}); DROP FUNCTION till_check_lone(${oneArguments})`);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

const functions = [
  'till_validate(uuid[], text[], uuid[], timestamptz[], date[], text[], text[], text[], boolean[], integer[], text[])',
  'till_redeem(jsonb)',
];

/**
 * Each item of a till's batch looks its till up by key. While statistics say that there are few tills, PostgreSQL would
 * rather read all of them once for a batch and go through that copy for each item, in a plan that is kept as the table
 * grows. Without a copy, the look-up by key is the cheaper one from the first till on.
 */
export class TillPlans1763770280000 implements MigrationInterface {
  name = 'TillPlans1763770280000';

  async up(runner: QueryRunner): Promise<void> {
    for (const each of functions) await runner.query(`ALTER FUNCTION ${each} SET enable_material = off`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const each of functions) await runner.query(`ALTER FUNCTION ${each} RESET enable_material`);
  }
}

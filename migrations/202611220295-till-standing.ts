import type { MigrationInterface, QueryRunner } from 'typeorm';
import { redeeming } from './till-standing/redeeming.js';
import { standing } from './till-standing/standing.js';
import { validating } from './till-standing/validating.js';

const validateArguments =
  'uuid[], text[], uuid[], timestamptz[], date[], text[], text[], text[], boolean[], integer[], text[]';
const redeemArguments =
  'uuid[], text[], uuid[], uuid[], integer[], timestamptz[], timestamptz[], date[], integer[], integer[]';
const oneArguments = 'uuid, text, uuid, timestamptz, date, text, text, text, boolean';

/**
 * A till's key tells by itself whether and where it works, and the till's two new functions ask nothing else: three look-ups
 * fewer for each check and each use. Both answer with one value. The functions before them stay, for processes that are
 * still of the version before.
 */
export class TillStanding1763770295000 implements MigrationInterface {
  name = 'TillStanding1763770295000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(standing);
    await runner.query(validating);
    await runner.query(redeeming);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION till_record(${redeemArguments});
      DROP TYPE till_asked_use;
      DROP FUNCTION till_check(${validateArguments});
      DROP FUNCTION till_check_one(${oneArguments});
      DROP TRIGGER till_keys_follow ON business;
      DROP TRIGGER till_keys_follow ON branch;
      DROP TRIGGER till_keys_follow ON till;
      DROP TRIGGER till_key_begins ON till_key;
      DROP FUNCTION till_keys_follow_business();
      DROP FUNCTION till_keys_follow_branch();
      DROP FUNCTION till_keys_follow_till();
      DROP FUNCTION till_key_begins();
      ALTER TABLE till_key DROP COLUMN works, DROP COLUMN business_published, DROP COLUMN branch_closed,
        DROP COLUMN till_ended, DROP COLUMN scopes, DROP COLUMN business_id, DROP COLUMN branch_id;
    `);
  }
}

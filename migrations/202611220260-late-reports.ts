import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * With each copy, where it went: what comes back later is about that address, whatever its person gave since. Copies
 * from before name none, so that a report of one stops nothing.
 */
export class LateReports1763770260000 implements MigrationInterface {
  name = 'LateReports1763770260000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE delivery ADD COLUMN address_hash text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE delivery DROP COLUMN address_hash');
  }
}

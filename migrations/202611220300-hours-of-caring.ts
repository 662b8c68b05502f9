import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How many hours a week somebody cares, where they say so: a few offers ask for it, and tills judge by it. */
export class HoursOfCaring1763770300000 implements MigrationInterface {
  name = 'HoursOfCaring1763770300000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE cardholder ADD COLUMN hours_of_caring smallint
        CONSTRAINT ck_cardholder__hours_of_caring CHECK (hours_of_caring BETWEEN 1 AND 168);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE cardholder DROP COLUMN hours_of_caring');
  }
}

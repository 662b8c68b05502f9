import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Cards are renewed by an application of their own kind: of each person one at a time, and any number in a life. */
export class Renewals1763770270000 implements MigrationInterface {
  name = 'Renewals1763770270000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE application
        ADD COLUMN kind text NOT NULL DEFAULT 'first' CONSTRAINT ck_application__kind CHECK (kind IN ('first', 'renewal')),
        ADD CONSTRAINT ck_application__renewal CHECK (kind <> 'renewal' OR state <> 'draft'),
        DROP CONSTRAINT uq_application__cardholder;
      CREATE UNIQUE INDEX uq_application__cardholder ON application (cardholder_id) WHERE kind = 'first';
      CREATE UNIQUE INDEX uq_application__open_renewal ON application (cardholder_id)
        WHERE kind = 'renewal' AND state IN ('submitted', 'more_information');
      CREATE INDEX ix_application__cardholder ON application (cardholder_id) WHERE cardholder_id IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DELETE FROM application WHERE kind = 'renewal';
      DROP INDEX ix_application__cardholder;
      DROP INDEX uq_application__open_renewal;
      DROP INDEX uq_application__cardholder;
      ALTER TABLE application
        ADD CONSTRAINT uq_application__cardholder UNIQUE (cardholder_id),
        DROP CONSTRAINT ck_application__renewal,
        DROP COLUMN kind;
    `);
  }
}

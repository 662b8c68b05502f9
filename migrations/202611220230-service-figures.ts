import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One month of what happened is found without reading all of it. */
export class ServiceFigures1763770230000 implements MigrationInterface {
  name = 'ServiceFigures1763770230000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE INDEX ix_registration_event__at ON registration_event (at);
      CREATE INDEX ix_consent_event__at ON consent_event (at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX ix_consent_event__at;
      DROP INDEX ix_registration_event__at;
    `);
  }
}

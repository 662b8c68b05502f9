import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Each person's last word and last move come from an index in that order, instead of sorting both ledgers for each figure. */
export class FiguresAtSize1763770266000 implements MigrationInterface {
  name = 'FiguresAtSize1763770266000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE INDEX ix_consent_event__last ON consent_event (subscriber_id, channel, number DESC)
        INCLUDE (id, decision, at, how) WHERE purpose = 'carers_information';
      CREATE INDEX ix_registration_event__last ON registration_event (subscriber_id, number DESC)
        INCLUDE (id, fact, at, carers_service_id, region_id, how);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX ix_registration_event__last;
      DROP INDEX ix_consent_event__last;
    `);
  }
}

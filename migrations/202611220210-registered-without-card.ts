import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Carers whom the carers service knows and who have no card: how they come, and what their record may lack. */
export class RegisteredWithoutCard1763770210000 implements MigrationInterface {
  name = 'RegisteredWithoutCard1763770210000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE cardholder ALTER COLUMN birth_date DROP NOT NULL, ALTER COLUMN birth_date_hash DROP NOT NULL;
      -- Neighbours are few: what finds one person among them, and everybody whom staff seek by postcode.
      CREATE INDEX ix_cardholder__postcode ON cardholder (postcode_hash);

      ALTER TABLE subscriber DROP CONSTRAINT ck_subscriber__source_kind;
      ALTER TABLE subscriber ADD CONSTRAINT ck_subscriber__source_kind
        CHECK (source_kind IN ('application', 'paper', 'api', 'referrer', 'web', 'phone', 'import'));

      -- What proves a consent that was given elsewhere: when, how, and where that is kept. Null for answers given here.
      ALTER TABLE consent_event ADD COLUMN evidence jsonb;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE consent_event DROP COLUMN evidence;
      -- Who came by a way that was not known before counts as typed in from paper: the nearest there was.
      UPDATE subscriber SET source_kind = 'paper' WHERE source_kind IN ('web', 'phone', 'import');
      ALTER TABLE subscriber DROP CONSTRAINT ck_subscriber__source_kind;
      ALTER TABLE subscriber ADD CONSTRAINT ck_subscriber__source_kind
        CHECK (source_kind IN ('application', 'paper', 'api', 'referrer'));
      DROP INDEX ix_cardholder__postcode;
      -- Refused while there is anybody without a date of birth: before, nobody could be kept without one.
      ALTER TABLE cardholder ALTER COLUMN birth_date SET NOT NULL, ALTER COLUMN birth_date_hash SET NOT NULL;
    `);
  }
}

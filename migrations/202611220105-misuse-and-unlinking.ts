import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How far the search for misuse has come, and checks and uses that have lost their link to a card. */
export class MisuseAndUnlinking1763770105000 implements MigrationInterface {
  name = 'MisuseAndUnlinking1763770105000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Ids carry the time at which they were made, so the last one that was looked at says how far the search has come.
      CREATE TABLE misuse_watermark (
        source text CONSTRAINT pk_misuse_watermark PRIMARY KEY
          CONSTRAINT ck_misuse_watermark__source CHECK (source IN ('validation', 'redemption')),
        seen uuid NOT NULL
      );
      CREATE INDEX ix_validation__refused ON validation (till_id, at) WHERE outcome = 'not_valid';

      ALTER TABLE validation
        ADD COLUMN unlinked_at timestamptz,
        DROP CONSTRAINT ck_validation__card,
        ADD CONSTRAINT ck_validation__card CHECK (outcome <> 'valid' OR card_id IS NOT NULL OR unlinked_at IS NOT NULL),
        ADD CONSTRAINT ck_validation__unlinked CHECK (unlinked_at IS NULL OR num_nonnulls(card_id, credential_id) = 0);
      ALTER TABLE redemption
        ADD COLUMN unlinked_at timestamptz,
        ADD CONSTRAINT ck_redemption__unlinked CHECK (
          unlinked_at IS NULL OR (card_id IS NULL AND position('card:' IN counted::text) = 0));
      -- Rows that are still to be unlinked: each leaves when it is.
      CREATE INDEX ix_validation__linked ON validation (at) WHERE unlinked_at IS NULL;
      CREATE INDEX ix_redemption__linked ON redemption (occurred_at) WHERE unlinked_at IS NULL;
      -- Counters of a cardholder in a period, by the day on which it began.
      CREATE INDEX ix_offer_counter__period ON offer_counter (split_part(scope, ':', 3) COLLATE "C")
        WHERE scope LIKE 'card:%:%';
    `);
  }

  /** What was unlinked stays so: there is nothing to link it with. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX ix_offer_counter__period;
      DROP INDEX ix_redemption__linked;
      DROP INDEX ix_validation__linked;
      ALTER TABLE redemption DROP CONSTRAINT ck_redemption__unlinked, DROP COLUMN unlinked_at;
      ALTER TABLE validation
        DROP CONSTRAINT ck_validation__unlinked,
        DROP CONSTRAINT ck_validation__card,
        DROP COLUMN unlinked_at,
        ADD CONSTRAINT ck_validation__card CHECK (outcome <> 'valid' OR card_id IS NOT NULL) NOT VALID;
      DROP INDEX ix_validation__refused;
      DROP TABLE misuse_watermark;
    `);
  }
}

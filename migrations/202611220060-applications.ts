import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Applications for a card, from the first answer to the decision. */
export class Applications1763770060000 implements MigrationInterface {
  name = 'Applications1763770060000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE application (
        id uuid CONSTRAINT pk_application PRIMARY KEY,
        reference text NOT NULL CONSTRAINT uq_application__reference UNIQUE,
        state text NOT NULL CONSTRAINT ck_application__state
          CHECK (state IN ('draft', 'submitted', 'more_information', 'approved', 'declined', 'withdrawn')),
        source text NOT NULL CONSTRAINT ck_application__source CHECK (source IN ('web', 'api', 'paper')),
        referrer_code text,
        locale text NOT NULL,
        answers text NOT NULL,
        first_name text,
        last_name text,
        birth_date_hash text,
        email_hash text,
        mobile_hash text,
        postcode_hash text,
        region_id uuid CONSTRAINT fk_application__region REFERENCES region,
        waits_for jsonb NOT NULL CONSTRAINT ck_application__waits_for CHECK (jsonb_typeof(waits_for) = 'array'),
        dismissed_matches jsonb NOT NULL
          CONSTRAINT ck_application__dismissed_matches CHECK (jsonb_typeof(dismissed_matches) = 'array'),
        question text,
        reply text,
        submitted_at timestamptz,
        decided_at timestamptz,
        decided_by text,
        decision_reason text,
        decision_words text,
        appealed_at timestamptz,
        appeal_words text,
        appeal_decided_at timestamptz,
        appeal_decided_by text,
        cardholder_id uuid CONSTRAINT uq_application__cardholder UNIQUE
          CONSTRAINT fk_application__cardholder REFERENCES cardholder ON DELETE SET NULL,
        card_id uuid CONSTRAINT fk_application__card REFERENCES card ON DELETE SET NULL,
        idempotency_key_hash text CONSTRAINT uq_application__idempotency_key UNIQUE,
        request_hash text,
        created_at timestamptz NOT NULL,
        changed_at timestamptz NOT NULL,
        expires_at timestamptz,
        CONSTRAINT ck_application__expires CHECK (state <> 'draft' OR expires_at IS NOT NULL),
        CONSTRAINT ck_application__submitted CHECK (
          state IN ('draft', 'withdrawn') OR num_nulls(first_name, last_name, region_id, submitted_at) = 0),
        CONSTRAINT ck_application__decided CHECK ((state IN ('approved', 'declined')) <= (decided_at IS NOT NULL)),
        CONSTRAINT ck_application__idempotency CHECK ((idempotency_key_hash IS NULL) = (request_hash IS NULL))
      );
      CREATE INDEX ix_application__queue ON application (state, submitted_at, id) WHERE state <> 'draft';
      CREATE INDEX ix_application__region ON application (region_id) WHERE region_id IS NOT NULL;
      CREATE INDEX ix_application__expires ON application (expires_at) WHERE expires_at IS NOT NULL;
      CREATE INDEX ix_application__name_trigrams ON application
        USING gin (plain_text(first_name || ' ' || last_name) gin_trgm_ops);
      CREATE INDEX ix_application__birth_date ON application (birth_date_hash) WHERE birth_date_hash IS NOT NULL;
      CREATE INDEX ix_application__email ON application (email_hash) WHERE email_hash IS NOT NULL;
      CREATE INDEX ix_application__mobile ON application (mobile_hash) WHERE mobile_hash IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE application');
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The registry: cardholders, their cards, the credentials of each card, and the keys that sign them. */
export class Cards1763770030000 implements MigrationInterface {
  name = 'Cards1763770030000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE cardholder (
        id uuid CONSTRAINT pk_cardholder PRIMARY KEY,
        first_name text NOT NULL,
        last_name text NOT NULL,
        birth_date text NOT NULL,
        birth_date_hash text NOT NULL,
        email text,
        email_hash text,
        mobile text,
        mobile_hash text,
        contact_channel text NOT NULL
          CONSTRAINT ck_cardholder__contact_channel CHECK (contact_channel IN ('email', 'text', 'post')),
        address text,
        postcode text NOT NULL,
        postcode_hash text NOT NULL,
        region_id uuid NOT NULL CONSTRAINT fk_cardholder__region REFERENCES region,
        caring_roles jsonb NOT NULL,
        locale text NOT NULL,
        account_id uuid CONSTRAINT fk_cardholder__account REFERENCES account,
        link_version integer NOT NULL,
        joined_at timestamptz NOT NULL,
        left_at timestamptz
      );
      CREATE INDEX ix_cardholder__name ON cardholder USING gin (plain_text(first_name || ' ' || last_name) gin_trgm_ops);
      CREATE INDEX ix_cardholder__birth_date ON cardholder (birth_date_hash);
      CREATE INDEX ix_cardholder__email ON cardholder (email_hash) WHERE email_hash IS NOT NULL;
      CREATE INDEX ix_cardholder__mobile ON cardholder (mobile_hash) WHERE mobile_hash IS NOT NULL;
      CREATE INDEX ix_cardholder__account ON cardholder (account_id) WHERE account_id IS NOT NULL;
      CREATE INDEX ix_cardholder__region ON cardholder (region_id);

      CREATE TABLE card (
        id uuid CONSTRAINT pk_card PRIMARY KEY,
        cardholder_id uuid NOT NULL CONSTRAINT fk_card__cardholder REFERENCES cardholder,
        number text NOT NULL CONSTRAINT uq_card__number UNIQUE,
        issue_number integer NOT NULL,
        kind text NOT NULL CONSTRAINT ck_card__kind CHECK (kind IN ('adult', 'young', 'test')),
        status text NOT NULL CONSTRAINT ck_card__status CHECK (status IN ('active', 'suspended', 'revoked')),
        valid_from date NOT NULL,
        valid_until date NOT NULL,
        printed_name text NOT NULL,
        issued_at timestamptz NOT NULL,
        ended_at timestamptz,
        end_reason text,
        CONSTRAINT uq_card__cardholder_issue UNIQUE (cardholder_id, issue_number),
        CONSTRAINT ck_card__validity CHECK (valid_from <= valid_until),
        CONSTRAINT ck_card__end CHECK ((status = 'revoked') = (ended_at IS NOT NULL AND end_reason IS NOT NULL))
      );
      -- One card that works for each cardholder, whatever happens at the same time.
      CREATE UNIQUE INDEX uq_card__one_live ON card (cardholder_id) WHERE status <> 'revoked';

      CREATE TABLE credential (
        id text CONSTRAINT pk_credential PRIMARY KEY,
        card_id uuid NOT NULL CONSTRAINT fk_credential__card REFERENCES card,
        medium text NOT NULL CONSTRAINT ck_credential__medium CHECK (medium IN ('phone', 'printed', 'plastic')),
        status text NOT NULL CONSTRAINT ck_credential__status CHECK (status IN ('active', 'revoked')),
        status_index integer NOT NULL CONSTRAINT uq_credential__status_index UNIQUE,
        created_at timestamptz NOT NULL,
        revoked_at timestamptz
      );
      CREATE UNIQUE INDEX uq_credential__one_live ON credential (card_id, medium) WHERE status = 'active';

      CREATE TABLE card_signing_key (
        kid text CONSTRAINT pk_card_signing_key PRIMARY KEY,
        jwk text NOT NULL,
        status text NOT NULL CONSTRAINT ck_card_signing_key__status CHECK (status IN ('active', 'verifying')),
        created_at timestamptz NOT NULL
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE card_signing_key;
      DROP TABLE credential;
      DROP TABLE card;
      DROP TABLE cardholder;
    `);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Businesses, their branches, the terms they agree to, and registrations on the way. */
export class Businesses1763770040000 implements MigrationInterface {
  name = 'Businesses1763770040000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE category (
        id uuid CONSTRAINT pk_category PRIMARY KEY,
        slug text NOT NULL CONSTRAINT uq_category__slug UNIQUE,
        position integer NOT NULL
      );
      INSERT INTO category (id, slug, position)
        SELECT ('019ab000-0000-7000-8000-' || lpad(place::text, 12, '0'))::uuid, slug, place
          FROM unnest(ARRAY['eating-and-drinking', 'shops', 'food-and-groceries', 'leisure-and-sport',
                            'arts-and-days-out', 'hair-and-beauty', 'health-and-wellbeing', 'home-and-garden',
                            'motoring', 'travel-and-transport', 'professional-services', 'learning',
                            'technology-and-phones', 'online']) WITH ORDINALITY AS listed (slug, place);

      CREATE TABLE business (
        id uuid CONSTRAINT pk_business PRIMARY KEY,
        slug text NOT NULL CONSTRAINT uq_business__slug UNIQUE,
        name text NOT NULL,
        kind text NOT NULL CONSTRAINT ck_business__kind
          CHECK (kind IN ('independent', 'chain', 'public_body', 'charity', 'online')),
        category_id uuid NOT NULL CONSTRAINT fk_business__category REFERENCES category,
        summary text,
        website text,
        contact_name text NOT NULL,
        contact_email text NOT NULL,
        contact_email_hash text NOT NULL,
        contact_phone text,
        status text NOT NULL CONSTRAINT ck_business__status
          CHECK (status IN ('draft', 'submitted', 'published', 'declined', 'suspended', 'left')),
        works_in_homes boolean NOT NULL DEFAULT false,
        recruited_by_code text,
        created_at timestamptz NOT NULL,
        submitted_at timestamptz,
        decided_at timestamptz,
        decision_reason text,
        left_at timestamptz,
        last_confirmed_on date,
        CONSTRAINT ck_business__left CHECK ((status = 'left') = (left_at IS NOT NULL))
      );
      CREATE INDEX ix_business__category ON business (category_id) WHERE status = 'published';
      CREATE INDEX ix_business__queue ON business (status, submitted_at, id);
      CREATE INDEX ix_business__name_trigrams ON business USING gin (plain_text(name) gin_trgm_ops);
      CREATE INDEX ix_business__contact ON business (contact_email_hash, plain_text(name));
      CREATE INDEX ix_business__recruited_by ON business (recruited_by_code) WHERE recruited_by_code IS NOT NULL;

      CREATE TABLE branch (
        id uuid CONSTRAINT pk_branch PRIMARY KEY,
        business_id uuid NOT NULL CONSTRAINT fk_branch__business REFERENCES business ON DELETE CASCADE,
        slug text NOT NULL CONSTRAINT uq_branch__slug UNIQUE,
        name text NOT NULL,
        online boolean NOT NULL DEFAULT false,
        address_lines text[] NOT NULL DEFAULT '{}',
        postcode text,
        town text,
        region_id uuid CONSTRAINT fk_branch__region REFERENCES region,
        lat double precision,
        lng double precision,
        phone text,
        opening text,
        accessibility jsonb NOT NULL DEFAULT '{}'
          CONSTRAINT ck_branch__accessibility CHECK (jsonb_typeof(accessibility) = 'object'),
        created_at timestamptz NOT NULL,
        closed_at timestamptz,
        CONSTRAINT ck_branch__somewhere CHECK (
          CASE WHEN online THEN num_nonnulls(postcode, town, region_id, lat, lng) = 0
               ELSE num_nulls(postcode, region_id, lat, lng) = 0 END)
      );
      CREATE INDEX ix_branch__business ON branch (business_id);
      CREATE INDEX ix_branch__region ON branch (region_id) WHERE closed_at IS NULL;
      CREATE UNIQUE INDEX uq_branch__business_online ON branch (business_id) WHERE online AND closed_at IS NULL;

      CREATE TABLE terms_version (
        version text CONSTRAINT pk_terms_version PRIMARY KEY,
        in_force_from date NOT NULL CONSTRAINT uq_terms_version__in_force_from UNIQUE
      );
      INSERT INTO terms_version (version, in_force_from) VALUES ('2026-1', '2026-01-01');

      CREATE TABLE terms_acceptance (
        id uuid CONSTRAINT pk_terms_acceptance PRIMARY KEY,
        business_id uuid NOT NULL CONSTRAINT fk_terms_acceptance__business REFERENCES business ON DELETE CASCADE,
        version text NOT NULL CONSTRAINT fk_terms_acceptance__version REFERENCES terms_version,
        accepted_at timestamptz NOT NULL,
        account_id uuid CONSTRAINT fk_terms_acceptance__account REFERENCES account ON DELETE SET NULL,
        CONSTRAINT uq_terms_acceptance__business_version UNIQUE (business_id, version)
      );

      CREATE TABLE lead (
        id uuid CONSTRAINT pk_lead PRIMARY KEY,
        kind text NOT NULL CONSTRAINT ck_lead__kind CHECK (kind IN ('trade', 'suggestion')),
        business_name text NOT NULL,
        category_id uuid CONSTRAINT fk_lead__category REFERENCES category,
        town text,
        contact_name text,
        contact_email text,
        contact_email_hash text,
        contact_phone text,
        created_at timestamptz NOT NULL,
        closed_at timestamptz
      );
      CREATE INDEX ix_lead__open ON lead (kind, created_at, id) WHERE closed_at IS NULL;
      -- The same person asking twice about the same business is one lead.
      CREATE UNIQUE INDEX uq_lead__person_business ON lead (kind, contact_email_hash, plain_text(business_name))
        WHERE contact_email_hash IS NOT NULL;

      CREATE TABLE join_draft (
        id uuid CONSTRAINT pk_join_draft PRIMARY KEY,
        token_hash text NOT NULL CONSTRAINT uq_join_draft__token_hash UNIQUE,
        answers text NOT NULL,
        created_at timestamptz NOT NULL,
        changed_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        business_id uuid CONSTRAINT uq_join_draft__business UNIQUE
          CONSTRAINT fk_join_draft__business REFERENCES business ON DELETE CASCADE,
        lead_id uuid CONSTRAINT fk_join_draft__lead REFERENCES lead ON DELETE CASCADE
      );
      CREATE INDEX ix_join_draft__expires_at ON join_draft (expires_at);
      CREATE INDEX ix_join_draft__lead ON join_draft (lead_id) WHERE lead_id IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE join_draft;
      DROP TABLE lead;
      DROP TABLE terms_acceptance;
      DROP TABLE terms_version;
      DROP TABLE branch;
      DROP TABLE business;
      DROP TABLE category;
    `);
  }
}

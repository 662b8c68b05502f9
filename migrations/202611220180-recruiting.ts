import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Leaflets with codes, businesses that people suggest, what carers would like to have near them, and what came of it. */
export class Recruiting1763770180000 implements MigrationInterface {
  name = 'Recruiting1763770180000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- A business's name as one would compare it: no accents, marks, "the" in front or "Ltd" behind.
      CREATE FUNCTION recruiting_name_key(value text) RETURNS text
        LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
        RETURN btrim(regexp_replace(regexp_replace(regexp_replace(regexp_replace(replace(
          plain_text(value), '&', ' and '), '['']', '', 'g'), '[^a-z0-9]+', ' ', 'g'),
          '^ *the ', '', ''), ' (ltd|limited|plc|llp|cic) *$', '', ''));

      CREATE TABLE recruiting_lead (
        lead_id uuid CONSTRAINT pk_recruiting_lead PRIMARY KEY
          CONSTRAINT fk_recruiting_lead__lead REFERENCES lead ON DELETE CASCADE,
        region_id uuid CONSTRAINT fk_recruiting_lead__region REFERENCES region ON DELETE SET NULL,
        postcode text,
        source text NOT NULL CONSTRAINT ck_recruiting_lead__source CHECK (source IN ('public', 'cardholder', 'staff')),
        ask_for text,
        stage text NOT NULL CONSTRAINT ck_recruiting_lead__stage
          CHECK (stage IN ('new', 'contacted', 'interested', 'joined', 'declined', 'no_answer')),
        stage_since timestamptz NOT NULL,
        next_on date,
        assignee_id uuid CONSTRAINT fk_recruiting_lead__assignee REFERENCES account ON DELETE SET NULL,
        business_id uuid CONSTRAINT fk_recruiting_lead__business REFERENCES business ON DELETE SET NULL,
        merged_into uuid CONSTRAINT fk_recruiting_lead__merged_into REFERENCES recruiting_lead ON DELETE SET NULL,
        supporters integer NOT NULL,
        others integer NOT NULL,
        last_asked_at timestamptz NOT NULL,
        forgotten_at timestamptz,
        CONSTRAINT ck_recruiting_lead__not_itself CHECK (merged_into <> lead_id)
      );
      CREATE INDEX ix_recruiting_lead__stage ON recruiting_lead (stage, lead_id) WHERE merged_into IS NULL;
      CREATE INDEX ix_recruiting_lead__wanted ON recruiting_lead (supporters DESC, lead_id) WHERE merged_into IS NULL;
      CREATE INDEX ix_recruiting_lead__merged_into ON recruiting_lead (merged_into) WHERE merged_into IS NOT NULL;
      CREATE INDEX ix_recruiting_lead__business ON recruiting_lead (business_id) WHERE business_id IS NOT NULL;
      CREATE INDEX ix_lead__name_trigrams ON lead USING gin (plain_text(business_name) gin_trgm_ops);

      CREATE TABLE lead_support (
        id uuid CONSTRAINT pk_lead_support PRIMARY KEY,
        lead_id uuid NOT NULL CONSTRAINT fk_lead_support__lead REFERENCES recruiting_lead ON DELETE CASCADE,
        kind text NOT NULL CONSTRAINT ck_lead_support__kind CHECK (kind IN ('cardholder', 'public', 'staff')),
        cardholder_id uuid CONSTRAINT fk_lead_support__cardholder REFERENCES cardholder ON DELETE SET NULL,
        said_name text NOT NULL,
        why text,
        given_at timestamptz NOT NULL,
        CONSTRAINT uq_lead_support__lead_cardholder UNIQUE (lead_id, cardholder_id)
      );
      CREATE INDEX ix_lead_support__cardholder ON lead_support (cardholder_id) WHERE cardholder_id IS NOT NULL;

      CREATE TABLE lead_note (
        id uuid CONSTRAINT pk_lead_note PRIMARY KEY,
        lead_id uuid NOT NULL CONSTRAINT fk_lead_note__lead REFERENCES recruiting_lead ON DELETE CASCADE,
        account_id uuid CONSTRAINT fk_lead_note__account REFERENCES account ON DELETE SET NULL,
        note text NOT NULL,
        written_at timestamptz NOT NULL
      );
      CREATE INDEX ix_lead_note__lead ON lead_note (lead_id, written_at);

      CREATE TABLE leaflet (
        id uuid CONSTRAINT pk_leaflet PRIMARY KEY,
        code text NOT NULL CONSTRAINT uq_leaflet__code UNIQUE
          CONSTRAINT ck_leaflet__code CHECK (code ~ '^[A-Z0-9]{6}$'),
        kind text NOT NULL CONSTRAINT ck_leaflet__kind CHECK (kind IN ('cardholder', 'staff', 'letter')),
        cardholder_id uuid CONSTRAINT uq_leaflet__cardholder UNIQUE
          CONSTRAINT fk_leaflet__cardholder REFERENCES cardholder ON DELETE SET NULL,
        lead_id uuid CONSTRAINT uq_leaflet__lead UNIQUE
          CONSTRAINT fk_leaflet__lead REFERENCES recruiting_lead ON DELETE SET NULL,
        label text,
        region_id uuid CONSTRAINT fk_leaflet__region REFERENCES region ON DELETE SET NULL,
        made_at timestamptz NOT NULL,
        downloads integer NOT NULL,
        first_downloaded_on date,
        thanks_wanted boolean NOT NULL,
        CONSTRAINT ck_leaflet__whose CHECK (kind = 'cardholder' OR cardholder_id IS NULL)
      );
      CREATE INDEX ix_leaflet__kind ON leaflet (kind, id);

      -- What came of it: one row for each business that somebody's code or suggestion brought.
      CREATE TABLE recruitment (
        business_id uuid CONSTRAINT pk_recruitment PRIMARY KEY
          CONSTRAINT fk_recruitment__business REFERENCES business ON DELETE CASCADE,
        leaflet_id uuid CONSTRAINT fk_recruitment__leaflet REFERENCES leaflet ON DELETE SET NULL,
        lead_id uuid CONSTRAINT fk_recruitment__lead REFERENCES recruiting_lead ON DELETE SET NULL,
        published_on date NOT NULL,
        thanked_at timestamptz,
        first_used_on date
      );
      CREATE INDEX ix_recruitment__leaflet ON recruitment (leaflet_id) WHERE leaflet_id IS NOT NULL;
      CREATE INDEX ix_recruitment__unused ON recruitment (business_id) WHERE first_used_on IS NULL;

      CREATE TABLE place_vote (
        cardholder_id uuid NOT NULL CONSTRAINT fk_place_vote__cardholder REFERENCES cardholder ON DELETE CASCADE,
        category_id uuid NOT NULL CONSTRAINT fk_place_vote__category REFERENCES category,
        region_id uuid NOT NULL CONSTRAINT fk_place_vote__region REFERENCES region ON DELETE CASCADE,
        town_id uuid CONSTRAINT fk_place_vote__town REFERENCES town ON DELETE SET NULL,
        voted_at timestamptz NOT NULL,
        CONSTRAINT pk_place_vote PRIMARY KEY (cardholder_id, category_id)
      );
      CREATE INDEX ix_place_vote__place ON place_vote (region_id, town_id, category_id);

      -- Whoever ends a cardholder's time here, and by whatever way: what they wanted is nobody's any more.
      CREATE FUNCTION recruiting_forget_cardholder() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        DELETE FROM place_vote WHERE cardholder_id = NEW.id;
        UPDATE leaflet SET cardholder_id = NULL, thanks_wanted = false WHERE cardholder_id = NEW.id;
        UPDATE lead_support SET cardholder_id = NULL, why = NULL WHERE cardholder_id = NEW.id;
        RETURN NULL;
      END $$;
      CREATE TRIGGER recruiting_forget_cardholder AFTER UPDATE OF left_at ON cardholder FOR EACH ROW
        WHEN (OLD.left_at IS NULL AND NEW.left_at IS NOT NULL) EXECUTE FUNCTION recruiting_forget_cardholder();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER recruiting_forget_cardholder ON cardholder;
      DROP FUNCTION recruiting_forget_cardholder();
      DROP TABLE place_vote;
      DROP TABLE recruitment;
      DROP TABLE leaflet;
      DROP TABLE lead_note;
      DROP TABLE lead_support;
      DROP INDEX ix_lead__name_trigrams;
      DROP TABLE recruiting_lead;
      DROP FUNCTION recruiting_name_key(text);
    `);
  }
}

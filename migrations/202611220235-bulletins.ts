import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Bulletins as they are written: their texts in each language and form, and the pictures in them. */
export class Bulletins1763770235000 implements MigrationInterface {
  name = 'Bulletins1763770235000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE bulletin (
        id uuid CONSTRAINT pk_bulletin PRIMARY KEY,
        carers_service_id uuid NOT NULL CONSTRAINT fk_bulletin__carers_service REFERENCES carers_service,
        purpose text NOT NULL CONSTRAINT ck_bulletin__purpose CHECK (purpose IN ('carers_information', 'business_offers')),
        title text NOT NULL,
        slug text NOT NULL CONSTRAINT uq_bulletin__slug UNIQUE,
        state text NOT NULL CONSTRAINT ck_bulletin__state CHECK (state IN
          ('draft', 'awaiting_second', 'scheduled', 'sending', 'paused', 'sent', 'cancelled')),
        segment jsonb,
        created_by uuid NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        -- All that a copy is made from, as it was when it was confirmed: pictures apart, which never change.
        frozen jsonb,
        frozen_at timestamptz,
        CONSTRAINT ck_bulletin__frozen CHECK ((frozen IS NULL) = (frozen_at IS NULL)),
        CONSTRAINT ck_bulletin__words CHECK (frozen IS NOT NULL OR state IN ('draft', 'cancelled'))
      );
      CREATE INDEX ix_bulletin__service ON bulletin (carers_service_id, id DESC);

      CREATE TABLE bulletin_version (
        bulletin_id uuid NOT NULL CONSTRAINT fk_bulletin_version__bulletin REFERENCES bulletin ON DELETE CASCADE,
        locale text NOT NULL,
        edition text NOT NULL CONSTRAINT ck_bulletin_version__edition CHECK (edition IN ('standard', 'easy_read')),
        title text NOT NULL,
        markdown text NOT NULL,
        short_text text,
        revision integer NOT NULL,
        updated_by uuid NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT pk_bulletin_version PRIMARY KEY (bulletin_id, locale, edition)
      );

      CREATE TABLE bulletin_picture (
        id uuid CONSTRAINT pk_bulletin_picture PRIMARY KEY,
        bulletin_id uuid NOT NULL CONSTRAINT fk_bulletin_picture__bulletin REFERENCES bulletin ON DELETE CASCADE,
        number integer NOT NULL,
        alt text NOT NULL,
        mail bytea NOT NULL,
        mail_width integer NOT NULL,
        mail_height integer NOT NULL,
        print bytea NOT NULL,
        print_width integer NOT NULL,
        print_height integer NOT NULL,
        added_by uuid NOT NULL,
        added_at timestamptz NOT NULL,
        CONSTRAINT uq_bulletin_picture__number UNIQUE (bulletin_id, number)
      );
      ALTER TABLE bulletin_picture ALTER COLUMN mail SET STORAGE EXTERNAL, ALTER COLUMN print SET STORAGE EXTERNAL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE bulletin_picture; DROP TABLE bulletin_version; DROP TABLE bulletin;');
  }
}

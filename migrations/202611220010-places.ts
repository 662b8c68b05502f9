import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The scheme of the deployment: its dated policies, carers services, regions and towns. */
export class Places1763770010000 implements MigrationInterface {
  name = 'Places1763770010000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE scheme (
        id uuid CONSTRAINT pk_scheme PRIMARY KEY,
        slug text NOT NULL CONSTRAINT uq_scheme__slug UNIQUE,
        name text NOT NULL,
        brand jsonb NOT NULL,
        contact jsonb NOT NULL,
        district_codes text[] NOT NULL,
        locales text[] NOT NULL,
        revision integer NOT NULL,
        changed_at timestamptz NOT NULL
      );

      CREATE TABLE scheme_policy (
        id uuid CONSTRAINT pk_scheme_policy PRIMARY KEY,
        scheme_id uuid NOT NULL CONSTRAINT fk_scheme_policy__scheme REFERENCES scheme,
        valid_from date NOT NULL,
        document jsonb NOT NULL,
        CONSTRAINT uq_scheme_policy__scheme_valid_from UNIQUE (scheme_id, valid_from)
      );

      CREATE TABLE carers_service (
        id uuid CONSTRAINT pk_carers_service PRIMARY KEY,
        scheme_id uuid NOT NULL CONSTRAINT fk_carers_service__scheme REFERENCES scheme,
        slug text NOT NULL,
        name text NOT NULL,
        email text NOT NULL,
        phone text NOT NULL,
        web text NOT NULL,
        address text[] NOT NULL,
        CONSTRAINT uq_carers_service__scheme_slug UNIQUE (scheme_id, slug)
      );

      CREATE TABLE region (
        id uuid CONSTRAINT pk_region PRIMARY KEY,
        scheme_id uuid NOT NULL CONSTRAINT fk_region__scheme REFERENCES scheme,
        carers_service_id uuid NOT NULL CONSTRAINT fk_region__carers_service REFERENCES carers_service,
        slug text NOT NULL,
        name text NOT NULL,
        ward_codes text[] NOT NULL,
        position integer NOT NULL,
        CONSTRAINT uq_region__scheme_slug UNIQUE (scheme_id, slug)
      );
      CREATE INDEX ix_region__carers_service ON region (carers_service_id);

      CREATE TABLE town (
        id uuid CONSTRAINT pk_town PRIMARY KEY,
        scheme_id uuid NOT NULL CONSTRAINT fk_town__scheme REFERENCES scheme,
        region_id uuid NOT NULL CONSTRAINT fk_town__region REFERENCES region,
        slug text NOT NULL,
        name text NOT NULL,
        lat double precision NOT NULL CONSTRAINT ck_town__lat CHECK (lat BETWEEN 49 AND 61),
        lng double precision NOT NULL CONSTRAINT ck_town__lng CHECK (lng BETWEEN -9 AND 2),
        CONSTRAINT uq_town__scheme_slug UNIQUE (scheme_id, slug)
      );
      CREATE INDEX ix_town__region ON town (region_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE town, region, carers_service, scheme_policy, scheme`);
  }
}

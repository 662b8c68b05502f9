import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Carers whom the carers service knows and who have no card: what their record may lack, and the ways they come by: forms
 * that are sent once, lists from elsewhere, and other systems with their keys.
 */
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

      -- A form that was sent twice, or a request that was repeated, registers once.
      CREATE TABLE registration_request (
        door text NOT NULL,
        key_hash text NOT NULL,
        request_hash text NOT NULL,
        subscriber_id uuid CONSTRAINT fk_registration_request__subscriber REFERENCES subscriber,
        at timestamptz NOT NULL,
        CONSTRAINT pk_registration_request PRIMARY KEY (door, key_hash)
      );
      CREATE INDEX ix_registration_request__at ON registration_request (at);

      CREATE TABLE service_key (
        id uuid CONSTRAINT pk_service_key PRIMARY KEY,
        carers_service_id uuid NOT NULL CONSTRAINT fk_service_key__carers_service REFERENCES carers_service,
        name text NOT NULL,
        scopes jsonb NOT NULL,
        created_at timestamptz NOT NULL,
        revoked_at timestamptz
      );
      CREATE INDEX ix_service_key__carers_service ON service_key (carers_service_id);
      CREATE TABLE service_secret (
        key_hash text CONSTRAINT pk_service_secret PRIMARY KEY,
        service_key_id uuid NOT NULL CONSTRAINT fk_service_secret__service_key REFERENCES service_key,
        created_at timestamptz NOT NULL,
        ends_at timestamptz,
        last_used_at timestamptz
      );
      CREATE INDEX ix_service_secret__service_key ON service_secret (service_key_id);

      CREATE TABLE subscriber_import (
        id uuid CONSTRAINT pk_subscriber_import PRIMARY KEY,
        carers_service_id uuid NOT NULL CONSTRAINT fk_subscriber_import__carers_service REFERENCES carers_service,
        file_name text NOT NULL,
        state text NOT NULL CONSTRAINT ck_subscriber_import__state
          CHECK (state IN ('uploaded', 'checking', 'checked', 'running', 'done', 'dropped')),
        headings jsonb NOT NULL,
        mapping jsonb,
        consent jsonb,
        row_count integer NOT NULL,
        created_by text NOT NULL,
        created_at timestamptz NOT NULL,
        finished_at timestamptz,
        erased_at timestamptz
      );
      CREATE INDEX ix_subscriber_import__service ON subscriber_import (carers_service_id, created_at DESC, id DESC);
      CREATE TABLE subscriber_import_row (
        import_id uuid NOT NULL CONSTRAINT fk_subscriber_import_row__import REFERENCES subscriber_import,
        line integer NOT NULL,
        state text NOT NULL CONSTRAINT ck_subscriber_import_row__state CHECK (state IN
          ('unread', 'ready', 'known', 'doubtful', 'bad', 'repeated', 'skipped', 'registered', 'already')),
        cells text,
        problems jsonb NOT NULL,
        likely jsonb NOT NULL,
        same_as uuid,
        subscriber_id uuid CONSTRAINT fk_subscriber_import_row__subscriber REFERENCES subscriber,
        CONSTRAINT pk_subscriber_import_row PRIMARY KEY (import_id, line)
      );
      CREATE INDEX ix_subscriber_import_row__state ON subscriber_import_row (import_id, state, line);
      CREATE INDEX ix_subscriber_import_row__subscriber ON subscriber_import_row (subscriber_id)
        WHERE subscriber_id IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE subscriber_import_row;
      DROP TABLE subscriber_import;
      DROP TABLE service_secret;
      DROP TABLE service_key;
      DROP TABLE registration_request;
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

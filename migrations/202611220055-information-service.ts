import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who is registered with which carers service, what they agreed to, and the proof of both. */
export class InformationService1763770055000 implements MigrationInterface {
  name = 'InformationService1763770055000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE subscriber (
        id uuid CONSTRAINT pk_subscriber PRIMARY KEY,
        cardholder_id uuid NOT NULL
          CONSTRAINT fk_subscriber__cardholder REFERENCES cardholder
          CONSTRAINT uq_subscriber__cardholder UNIQUE,
        carers_service_id uuid NOT NULL CONSTRAINT fk_subscriber__carers_service REFERENCES carers_service,
        region_id uuid NOT NULL CONSTRAINT fk_subscriber__region REFERENCES region,
        source_kind text NOT NULL
          CONSTRAINT ck_subscriber__source_kind CHECK (source_kind IN ('application', 'paper', 'api', 'referrer')),
        source_code text,
        registered_at timestamptz NOT NULL,
        left_at timestamptz,
        paused_until date,
        format text NOT NULL
          CONSTRAINT ck_subscriber__format CHECK (format IN ('standard', 'large_print', 'easy_read', 'audio')),
        locale text NOT NULL,
        topics jsonb NOT NULL,
        link_version integer NOT NULL
      );
      -- Each carries the order of the officer's list, newest first, so that a page of it is read and no more.
      CREATE INDEX ix_subscriber__newest ON subscriber (registered_at DESC, id DESC);
      CREATE INDEX ix_subscriber__service ON subscriber (carers_service_id, registered_at DESC, id DESC);
      CREATE INDEX ix_subscriber__region ON subscriber (region_id, registered_at DESC, id DESC);
      CREATE INDEX ix_subscriber__source ON subscriber (carers_service_id, source_kind, registered_at DESC, id DESC);

      CREATE TABLE registration_event (
        id uuid CONSTRAINT pk_registration_event PRIMARY KEY,
        subscriber_id uuid NOT NULL CONSTRAINT fk_registration_event__subscriber REFERENCES subscriber,
        number integer NOT NULL,
        fact text NOT NULL
          CONSTRAINT ck_registration_event__fact CHECK (fact IN ('registered', 'changed', 'left', 'returned')),
        carers_service_id uuid NOT NULL CONSTRAINT fk_registration_event__carers_service REFERENCES carers_service,
        region_id uuid NOT NULL CONSTRAINT fk_registration_event__region REFERENCES region,
        at timestamptz NOT NULL,
        how text NOT NULL
          CONSTRAINT ck_registration_event__how CHECK (how IN ('web', 'paper', 'phone', 'api', 'link')),
        asked_by_kind text NOT NULL,
        asked_by_id text NOT NULL,
        changes jsonb NOT NULL
      );
      CREATE UNIQUE INDEX uq_registration_event__subscriber_number ON registration_event (subscriber_id, number);

      CREATE TABLE consent_wording (
        version text CONSTRAINT pk_consent_wording PRIMARY KEY,
        locale text NOT NULL,
        words jsonb NOT NULL,
        first_used_at timestamptz NOT NULL
      );

      CREATE TABLE consent_event (
        id uuid CONSTRAINT pk_consent_event PRIMARY KEY,
        subscriber_id uuid NOT NULL CONSTRAINT fk_consent_event__subscriber REFERENCES subscriber,
        number integer NOT NULL,
        carers_service_id uuid NOT NULL CONSTRAINT fk_consent_event__carers_service REFERENCES carers_service,
        purpose text NOT NULL
          CONSTRAINT ck_consent_event__purpose CHECK (purpose IN ('carers_information', 'business_offers')),
        channel text NOT NULL CONSTRAINT ck_consent_event__channel CHECK (channel IN ('email', 'text', 'post')),
        decision text NOT NULL
          CONSTRAINT ck_consent_event__decision CHECK (decision IN ('given', 'refused', 'withdrawn')),
        wording_version text NOT NULL CONSTRAINT fk_consent_event__wording REFERENCES consent_wording,
        at timestamptz NOT NULL,
        how text NOT NULL CONSTRAINT ck_consent_event__how CHECK (how IN ('web', 'paper', 'phone', 'api', 'link')),
        asked_by_kind text NOT NULL,
        asked_by_id text NOT NULL
      );
      CREATE UNIQUE INDEX uq_consent_event__subscriber_number ON consent_event (subscriber_id, number);

      CREATE TABLE subscription (
        subscriber_id uuid NOT NULL CONSTRAINT fk_subscription__subscriber REFERENCES subscriber,
        purpose text NOT NULL
          CONSTRAINT ck_subscription__purpose CHECK (purpose IN ('carers_information', 'business_offers')),
        channel text NOT NULL CONSTRAINT ck_subscription__channel CHECK (channel IN ('email', 'text', 'post')),
        active boolean NOT NULL,
        since timestamptz NOT NULL,
        CONSTRAINT pk_subscription PRIMARY KEY (subscriber_id, purpose, channel)
      );
      CREATE INDEX ix_subscription__active ON subscription (purpose, channel, subscriber_id) WHERE active;

      CREATE TRIGGER registration_event_append_only BEFORE UPDATE OR DELETE ON registration_event
        FOR EACH ROW EXECUTE FUNCTION refuse_rewriting_history();
      CREATE TRIGGER registration_event_no_truncate BEFORE TRUNCATE ON registration_event
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_history();
      CREATE TRIGGER consent_event_append_only BEFORE UPDATE OR DELETE ON consent_event
        FOR EACH ROW EXECUTE FUNCTION refuse_rewriting_history();
      CREATE TRIGGER consent_event_no_truncate BEFORE TRUNCATE ON consent_event
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_history();
      CREATE TRIGGER consent_wording_append_only BEFORE UPDATE OR DELETE ON consent_wording
        FOR EACH ROW EXECUTE FUNCTION refuse_rewriting_history();
      CREATE TRIGGER consent_wording_no_truncate BEFORE TRUNCATE ON consent_wording
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_history();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE subscription;
      DROP TABLE consent_event;
      DROP TABLE consent_wording;
      DROP TABLE registration_event;
      DROP TABLE subscriber;
    `);
  }
}

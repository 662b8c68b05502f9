import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Codes on letters, by which somebody without a screen of ours reaches what they get. */
export class PreferenceCentre1763770205000 implements MigrationInterface {
  name = 'PreferenceCentre1763770205000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE letter_code (
        id uuid CONSTRAINT pk_letter_code PRIMARY KEY,
        subscriber_id uuid NOT NULL CONSTRAINT fk_letter_code__subscriber REFERENCES subscriber,
        code text NOT NULL,
        code_hash text NOT NULL CONSTRAINT uq_letter_code__code UNIQUE,
        about_kind text NOT NULL,
        about_id text NOT NULL,
        issued_at timestamptz NOT NULL,
        CONSTRAINT uq_letter_code__letter UNIQUE (about_kind, about_id, subscriber_id)
      );
      CREATE INDEX ix_letter_code__subscriber ON letter_code (subscriber_id);

      ALTER TABLE cardholder ADD COLUMN erased_at timestamptz;
      CREATE INDEX ix_cardholder__to_erase ON cardholder (left_at) WHERE left_at IS NOT NULL AND erased_at IS NULL;

      -- Who decides for a child, and in which capacity. The ledger holds the id; who it was can be taken away.
      CREATE TABLE consent_decider (
        id uuid CONSTRAINT pk_consent_decider PRIMARY KEY,
        subscriber_id uuid NOT NULL CONSTRAINT fk_consent_decider__subscriber REFERENCES subscriber,
        capacity text NOT NULL CONSTRAINT ck_consent_decider__capacity
          CHECK (capacity IN ('parent', 'guardian', 'young_carers_worker', 'teacher', 'other')),
        name text,
        contact text,
        decided_at timestamptz NOT NULL,
        child_asked_at timestamptz
      );
      CREATE INDEX ix_consent_decider__subscriber ON consent_decider (subscriber_id);
      CREATE INDEX ix_consent_decider__to_ask ON consent_decider (subscriber_id) WHERE child_asked_at IS NULL;
      ALTER TABLE consent_event
        ADD COLUMN decided_as text NOT NULL DEFAULT 'self' CONSTRAINT ck_consent_event__decided_as
          CHECK (decided_as IN ('self', 'parent', 'guardian', 'young_carers_worker', 'teacher', 'other')),
        ADD COLUMN decider_id uuid CONSTRAINT fk_consent_event__decider REFERENCES consent_decider;

      CREATE TABLE contact_change (
        id uuid CONSTRAINT pk_contact_change PRIMARY KEY,
        subscriber_id uuid NOT NULL CONSTRAINT fk_contact_change__subscriber REFERENCES subscriber,
        channel text NOT NULL CONSTRAINT ck_contact_change__channel CHECK (channel IN ('email', 'text')),
        new_address text,
        how text NOT NULL,
        asked_by_kind text NOT NULL,
        asked_by_id text NOT NULL,
        requested_at timestamptz NOT NULL,
        confirmed_at timestamptz
      );
      CREATE UNIQUE INDEX uq_contact_change__open ON contact_change (subscriber_id, channel) WHERE confirmed_at IS NULL;
      CREATE INDEX ix_contact_change__subscriber ON contact_change (subscriber_id);

      ALTER TABLE registration_event
        DROP CONSTRAINT ck_registration_event__how,
        ADD CONSTRAINT ck_registration_event__how
          CHECK (how IN ('web', 'paper', 'phone', 'api', 'link', 'letter_code')),
        DROP CONSTRAINT ck_registration_event__fact,
        ADD CONSTRAINT ck_registration_event__fact
          CHECK (fact IN ('registered', 'changed', 'left', 'returned', 'moved'));
      ALTER TABLE consent_event
        DROP CONSTRAINT ck_consent_event__how,
        ADD CONSTRAINT ck_consent_event__how CHECK (how IN ('web', 'paper', 'phone', 'api', 'link', 'letter_code'));
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    // What was said with a letter's code was said on the web: the only way that the older program knows of.
    await runner.query(`
      ALTER TABLE consent_event DISABLE TRIGGER consent_event_append_only;
      UPDATE consent_event SET how = 'link' WHERE how = 'letter_code';
      ALTER TABLE consent_event ENABLE TRIGGER consent_event_append_only;
      ALTER TABLE consent_event
        DROP CONSTRAINT ck_consent_event__how,
        ADD CONSTRAINT ck_consent_event__how CHECK (how IN ('web', 'paper', 'phone', 'api', 'link'));
      ALTER TABLE registration_event DISABLE TRIGGER registration_event_append_only;
      UPDATE registration_event SET how = 'link' WHERE how = 'letter_code';
      UPDATE registration_event SET fact = 'changed' WHERE fact = 'moved';
      ALTER TABLE registration_event ENABLE TRIGGER registration_event_append_only;
      ALTER TABLE registration_event
        DROP CONSTRAINT ck_registration_event__how,
        ADD CONSTRAINT ck_registration_event__how CHECK (how IN ('web', 'paper', 'phone', 'api', 'link')),
        DROP CONSTRAINT ck_registration_event__fact,
        ADD CONSTRAINT ck_registration_event__fact CHECK (fact IN ('registered', 'changed', 'left', 'returned'));
      DROP TABLE contact_change;
      ALTER TABLE consent_event DROP COLUMN decider_id, DROP COLUMN decided_as;
      DROP TABLE consent_decider;
      DROP INDEX ix_cardholder__to_erase;
      ALTER TABLE cardholder DROP COLUMN erased_at;
      DROP TABLE letter_code;
    `);
  }
}

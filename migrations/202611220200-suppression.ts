import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Addresses that take nothing, people who are sent nothing, cards that end with the caring, and letters that came back. */
export class Suppression1763770200000 implements MigrationInterface {
  name = 'Suppression1763770200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE suppressed_address (
        channel text NOT NULL CONSTRAINT ck_suppressed_address__channel CHECK (channel IN ('email', 'text', 'post')),
        address_hash text NOT NULL,
        name_hash text NOT NULL,
        reason text NOT NULL CONSTRAINT ck_suppressed_address__reason
          CHECK (reason IN ('deceased', 'moved_away', 'under_review', 'complaint', 'bounced', 'returned')),
        since timestamptz NOT NULL,
        about_kind text,
        about_id text,
        CONSTRAINT pk_suppressed_address PRIMARY KEY (channel, address_hash, name_hash, reason)
      );
      CREATE INDEX ix_suppressed_address__about ON suppressed_address (about_kind, about_id);

      CREATE TABLE soft_bounce (
        channel text NOT NULL CONSTRAINT ck_soft_bounce__channel CHECK (channel IN ('email', 'text', 'post')),
        address_hash text NOT NULL,
        counted text[] NOT NULL,
        last_at timestamptz NOT NULL,
        CONSTRAINT pk_soft_bounce PRIMARY KEY (channel, address_hash)
      );

      ALTER TABLE outgoing_message DROP CONSTRAINT ck_outgoing_message__state;
      ALTER TABLE outgoing_message ADD CONSTRAINT ck_outgoing_message__state
        CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'unknown', 'to_print', 'suppressed'));

      CREATE TABLE subscriber_hold_event (
        id uuid CONSTRAINT pk_subscriber_hold_event PRIMARY KEY,
        subscriber_id uuid NOT NULL CONSTRAINT fk_subscriber_hold_event__subscriber REFERENCES subscriber,
        number integer NOT NULL,
        reason text NOT NULL CONSTRAINT ck_subscriber_hold_event__reason
          CHECK (reason IN ('deceased', 'moved_away', 'under_review')),
        fact text NOT NULL CONSTRAINT ck_subscriber_hold_event__fact CHECK (fact IN ('held', 'lifted')),
        carers_service_id uuid NOT NULL CONSTRAINT fk_subscriber_hold_event__carers_service REFERENCES carers_service,
        at timestamptz NOT NULL,
        how text NOT NULL CONSTRAINT ck_subscriber_hold_event__how
          CHECK (how IN ('phone', 'paper', 'in_person', 'returned_post', 'new_address', 'household')),
        asked_by_kind text NOT NULL,
        asked_by_id text NOT NULL
      );
      CREATE UNIQUE INDEX uq_subscriber_hold_event__subscriber_number ON subscriber_hold_event (subscriber_id, number);
      CREATE TRIGGER subscriber_hold_event_append_only BEFORE UPDATE OR DELETE ON subscriber_hold_event
        FOR EACH ROW EXECUTE FUNCTION refuse_rewriting_history();
      CREATE TRIGGER subscriber_hold_event_no_truncate BEFORE TRUNCATE ON subscriber_hold_event
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_history();

      CREATE TABLE subscriber_hold (
        subscriber_id uuid NOT NULL CONSTRAINT fk_subscriber_hold__subscriber REFERENCES subscriber,
        reason text NOT NULL CONSTRAINT ck_subscriber_hold__reason
          CHECK (reason IN ('deceased', 'moved_away', 'under_review')),
        active boolean NOT NULL,
        since timestamptz NOT NULL,
        card_id uuid CONSTRAINT fk_subscriber_hold__card REFERENCES card,
        CONSTRAINT pk_subscriber_hold PRIMARY KEY (subscriber_id, reason)
      );
      CREATE INDEX ix_subscriber_hold__active ON subscriber_hold (reason, since, subscriber_id) WHERE active;

      CREATE TABLE caring_end (
        id uuid CONSTRAINT pk_caring_end PRIMARY KEY,
        subscriber_id uuid NOT NULL CONSTRAINT fk_caring_end__subscriber REFERENCES subscriber,
        ended_on date NOT NULL,
        card_until date NOT NULL,
        recorded_at timestamptz NOT NULL,
        told_at timestamptz,
        finished_at timestamptz,
        taken_back_at timestamptz
      );
      CREATE UNIQUE INDEX uq_caring_end__running ON caring_end (subscriber_id)
        WHERE finished_at IS NULL AND taken_back_at IS NULL;
      CREATE INDEX ix_caring_end__due ON caring_end (card_until, id)
        WHERE finished_at IS NULL AND taken_back_at IS NULL;

      CREATE TABLE returned_letter (
        letter_code_id uuid CONSTRAINT pk_returned_letter PRIMARY KEY,
        subscriber_id uuid NOT NULL CONSTRAINT fk_returned_letter__subscriber REFERENCES subscriber,
        reason text NOT NULL CONSTRAINT ck_returned_letter__reason
          CHECK (reason IN ('gone_away', 'refused', 'incomplete', 'deceased')),
        outcome text NOT NULL CONSTRAINT ck_returned_letter__outcome
          CHECK (outcome IN ('post_stopped', 'held', 'old_address')),
        recorded_at timestamptz NOT NULL,
        recorded_by text NOT NULL
      );
      CREATE INDEX ix_returned_letter__recorded ON returned_letter (recorded_by, recorded_at DESC);
      CREATE INDEX ix_returned_letter__subscriber ON returned_letter (subscriber_id, recorded_at DESC);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE returned_letter;
      DROP TABLE caring_end;
      DROP TABLE subscriber_hold;
      DROP TABLE subscriber_hold_event;

      UPDATE outgoing_message SET state = 'failed' WHERE state = 'suppressed';
      ALTER TABLE outgoing_message DROP CONSTRAINT ck_outgoing_message__state;
      ALTER TABLE outgoing_message ADD CONSTRAINT ck_outgoing_message__state
        CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'unknown', 'to_print'));

      DROP TABLE soft_bounce;
      DROP TABLE suppressed_address;
    `);
  }
}

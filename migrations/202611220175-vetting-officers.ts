import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What officers write to businesses, and what customers say about trades. */
export class VettingOfficers1763770175000 implements MigrationInterface {
  name = 'VettingOfficers1763770175000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE vetting_letter (
        id uuid CONSTRAINT pk_vetting_letter PRIMARY KEY,
        case_id uuid NOT NULL CONSTRAINT fk_vetting_letter__case REFERENCES vetting_case ON DELETE CASCADE,
        kind text NOT NULL,
        channel text NOT NULL CONSTRAINT ck_vetting_letter__channel CHECK (channel IN ('email', 'letter')),
        words text NOT NULL,
        message_id uuid NOT NULL,
        sent_by text NOT NULL,
        sent_at timestamptz NOT NULL
      );
      CREATE INDEX ix_vetting_letter__case ON vetting_letter (case_id, sent_at);

      CREATE TABLE register_look (
        id uuid CONSTRAINT pk_register_look PRIMARY KEY,
        case_id uuid NOT NULL CONSTRAINT fk_register_look__case REFERENCES vetting_case ON DELETE CASCADE,
        check_id uuid NOT NULL CONSTRAINT fk_register_look__check REFERENCES vetting_check ON DELETE CASCADE,
        register text NOT NULL,
        seen_at text NOT NULL,
        looked_on date NOT NULL,
        words text NOT NULL,
        looked_by uuid NOT NULL,
        created_at timestamptz NOT NULL
      );
      CREATE INDEX ix_register_look__case ON register_look (case_id, created_at);
      CREATE INDEX ix_register_look__check ON register_look (check_id);

      -- Cases that nobody looks after, in the order of the queue.
      CREATE INDEX ix_vetting_case__queue_nobody ON vetting_case (state_since, id)
        WHERE officer_id IS NULL AND state NOT IN ('draft', 'refused', 'removed', 'withdrawn');

      CREATE TABLE trade_review (
        id uuid CONSTRAINT pk_trade_review PRIMARY KEY,
        business_id uuid NOT NULL CONSTRAINT fk_trade_review__business REFERENCES business ON DELETE CASCADE,
        kind text NOT NULL CONSTRAINT ck_trade_review__kind CHECK (kind IN ('review', 'complaint')),
        source text NOT NULL CONSTRAINT ck_trade_review__source CHECK (source IN ('link', 'phone')),
        cardholder_id uuid CONSTRAINT fk_trade_review__cardholder REFERENCES cardholder ON DELETE SET NULL,
        state text NOT NULL CONSTRAINT ck_trade_review__state
          CHECK (state IN ('invited', 'received', 'with_business', 'answered', 'published', 'closed')),
        token_hash text CONSTRAINT uq_trade_review__token UNIQUE,
        open_until date,
        stars integer CONSTRAINT ck_trade_review__stars CHECK (stars BETWEEN 1 AND 5),
        worked_in text,
        words text,
        may_publish boolean NOT NULL,
        shown_words text,
        reply text,
        reply_until date,
        last_word text,
        last_word_until date,
        outcome text CONSTRAINT ck_trade_review__outcome
          CHECK (outcome IN ('resolved', 'upheld', 'partly_upheld', 'not_upheld', 'not_published')),
        outcome_words text,
        invited_at timestamptz,
        received_at timestamptz,
        passed_at timestamptz,
        replied_at timestamptz,
        last_word_at timestamptz,
        ended_at timestamptz,
        ended_by uuid,
        created_at timestamptz NOT NULL,
        CONSTRAINT ck_trade_review__published CHECK (state <> 'published' OR (shown_words IS NOT NULL AND may_publish)),
        CONSTRAINT ck_trade_review__said CHECK (state = 'invited' OR words IS NOT NULL)
      );
      CREATE INDEX ix_trade_review__business ON trade_review (business_id, created_at);
      CREATE INDEX ix_trade_review__published ON trade_review (business_id, ended_at) WHERE state = 'published';
      CREATE INDEX ix_trade_review__cardholder ON trade_review (cardholder_id) WHERE cardholder_id IS NOT NULL;
      -- One invitation at a time, however many officers press the button.
      CREATE UNIQUE INDEX uq_trade_review__invited ON trade_review (business_id, cardholder_id) WHERE state = 'invited';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP TABLE trade_review; DROP INDEX ix_vetting_case__queue_nobody; DROP TABLE register_look; DROP TABLE vetting_letter',
    );
  }
}

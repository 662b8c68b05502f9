import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who sends carers to the scheme, what they print, whom they hand over, and what they are told about it. */
export class Referrers1763770225000 implements MigrationInterface {
  name = 'Referrers1763770225000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE referrer_kind (
        slug text CONSTRAINT pk_referrer_kind PRIMARY KEY,
        position integer NOT NULL,
        reasons text[] NOT NULL
      );
      INSERT INTO referrer_kind (slug, position, reasons) VALUES
        ('gp_practice', 1, '{carer_unwell,caring_more,new_diagnosis,just_home,needs_break,wants_information}'),
        ('ward', 2, '{just_home,new_diagnosis,caring_more,carer_unwell,needs_break,wants_information}'),
        ('pharmacy', 3, '{collects_medicine,caring_more,carer_unwell,needs_break,wants_information}'),
        ('school', 4, '{school_noticed,parent_carer,needs_break,wants_information}'),
        ('charity', 5, '{caring_more,new_diagnosis,needs_break,money_worries,wants_information}'),
        ('employer', 6, '{works_and_cares,needs_break,wants_information}'),
        ('council', 7, '{caring_more,just_home,needs_break,money_worries,wants_information}'),
        ('other', 8, '{caring_more,needs_break,wants_information}');

      CREATE TABLE referrer (
        id uuid CONSTRAINT pk_referrer PRIMARY KEY,
        code text NOT NULL CONSTRAINT uq_referrer__code UNIQUE
          CONSTRAINT ck_referrer__code CHECK (code ~ '^[A-Z0-9-]{3,20}$'),
        kind text NOT NULL CONSTRAINT fk_referrer__kind REFERENCES referrer_kind,
        name text NOT NULL,
        carers_service_id uuid NOT NULL CONSTRAINT fk_referrer__carers_service REFERENCES carers_service,
        region_id uuid NOT NULL CONSTRAINT fk_referrer__region REFERENCES region,
        address_lines text[] NOT NULL,
        postcode text NOT NULL,
        contact_name text,
        contact_email text,
        contact_phone text,
        figures_by text NOT NULL CONSTRAINT ck_referrer__figures_by CHECK (figures_by IN ('email', 'post', 'none')),
        link_version integer NOT NULL,
        made_at timestamptz NOT NULL,
        ended_at timestamptz,
        CONSTRAINT ck_referrer__email CHECK (figures_by <> 'email' OR contact_email IS NOT NULL)
      );
      CREATE INDEX ix_referrer__service ON referrer (carers_service_id, name, id);
      CREATE INDEX ix_referrer__region ON referrer (region_id);

      -- What was fetched to be printed, and how many forms were on it.
      CREATE TABLE referrer_print (
        id uuid CONSTRAINT pk_referrer_print PRIMARY KEY,
        referrer_id uuid NOT NULL CONSTRAINT fk_referrer_print__referrer REFERENCES referrer,
        what text NOT NULL CONSTRAINT ck_referrer_print__what CHECK (what IN ('leaflet', 'pad')),
        paper text NOT NULL CONSTRAINT ck_referrer_print__paper CHECK (paper IN ('a4', 'a5')),
        large boolean NOT NULL,
        forms integer NOT NULL CONSTRAINT ck_referrer_print__forms CHECK (forms BETWEEN 0 AND 100),
        printed_at timestamptz NOT NULL
      );
      CREATE INDEX ix_referrer_print__referrer ON referrer_print (referrer_id, printed_at);

      -- One for each month and referrer: who finds it there has been told.
      CREATE TABLE referrer_letter (
        referrer_id uuid NOT NULL CONSTRAINT fk_referrer_letter__referrer REFERENCES referrer,
        month date NOT NULL,
        channel text NOT NULL CONSTRAINT ck_referrer_letter__channel CHECK (channel IN ('email', 'post')),
        message_id uuid NOT NULL,
        queued_at timestamptz NOT NULL,
        CONSTRAINT pk_referrer_letter PRIMARY KEY (referrer_id, month)
      );

      CREATE TABLE hand_over_wording (
        version text CONSTRAINT pk_hand_over_wording PRIMARY KEY,
        locale text NOT NULL,
        words jsonb NOT NULL,
        first_used_at timestamptz NOT NULL
      );
      CREATE TRIGGER hand_over_wording_append_only BEFORE UPDATE OR DELETE ON hand_over_wording
        FOR EACH ROW EXECUTE FUNCTION refuse_rewriting_history();
      CREATE TRIGGER hand_over_wording_no_truncate BEFORE TRUNCATE ON hand_over_wording
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_history();

      CREATE TABLE hand_over (
        id uuid CONSTRAINT pk_hand_over PRIMARY KEY,
        referrer_id uuid NOT NULL CONSTRAINT fk_hand_over__referrer REFERENCES referrer,
        carers_service_id uuid NOT NULL CONSTRAINT fk_hand_over__carers_service REFERENCES carers_service,
        received_at timestamptz NOT NULL,
        state text NOT NULL CONSTRAINT ck_hand_over__state
          CHECK (state IN ('new', 'called', 'registered', 'declined', 'not_reached', 'lapsed')),
        attempts integer NOT NULL,
        closed_at timestamptz,
        closed_by text,
        locale text NOT NULL,
        wording_version text NOT NULL CONSTRAINT fk_hand_over__wording REFERENCES hand_over_wording,
        agreed_how text NOT NULL CONSTRAINT ck_hand_over__agreed_how CHECK (agreed_how IN ('spoken', 'written')),
        -- What is about people goes when the hand-over has come to its end, or was not taken up in time.
        first_name text,
        last_name text,
        phone text,
        phone_hash text,
        email text,
        postcode text,
        best_time text CONSTRAINT ck_hand_over__best_time CHECK (best_time IN ('any', 'morning', 'afternoon', 'evening')),
        note_by text CONSTRAINT ck_hand_over__note_by CHECK (note_by IN ('text', 'email')),
        reasons text[] NOT NULL,
        given_by text,
        given_as text,
        forgotten_at timestamptz,
        CONSTRAINT ck_hand_over__closed
          CHECK ((state IN ('new', 'called')) = (closed_at IS NULL) AND (closed_at IS NULL) = (closed_by IS NULL)),
        CONSTRAINT ck_hand_over__whole CHECK (
          forgotten_at IS NOT NULL OR num_nulls(first_name, last_name, phone, phone_hash, given_by, given_as) = 0),
        CONSTRAINT ck_hand_over__forgotten CHECK (
          forgotten_at IS NULL OR reasons = '{}' AND num_nonnulls(first_name, last_name, phone, phone_hash, email,
            postcode, best_time, note_by, given_by, given_as) = 0)
      );
      CREATE INDEX ix_hand_over__queue ON hand_over (carers_service_id, received_at, id) WHERE closed_at IS NULL;
      CREATE INDEX ix_hand_over__referrer ON hand_over (referrer_id, received_at);
      CREATE INDEX ix_hand_over__kept ON hand_over (received_at) WHERE forgotten_at IS NULL;
      -- One carer is in the queue of a service once for a referrer, however often the form is sent.
      CREATE UNIQUE INDEX uq_hand_over__open ON hand_over (referrer_id, phone_hash) WHERE closed_at IS NULL;

      CREATE TABLE hand_over_call (
        hand_over_id uuid NOT NULL CONSTRAINT fk_hand_over_call__hand_over REFERENCES hand_over,
        number integer NOT NULL,
        at timestamptz NOT NULL,
        account_id text NOT NULL,
        outcome text NOT NULL CONSTRAINT ck_hand_over_call__outcome CHECK (outcome IN ('no_answer', 'call_later')),
        CONSTRAINT pk_hand_over_call PRIMARY KEY (hand_over_id, number)
      );

      CREATE INDEX ix_subscriber__referrer ON subscriber (upper(source_code), registered_at) WHERE source_kind = 'referrer';
      CREATE INDEX ix_application__referrer ON application (upper(referrer_code), decided_at)
        WHERE referrer_code IS NOT NULL AND card_id IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX ix_application__referrer;
      DROP INDEX ix_subscriber__referrer;
      DROP TABLE hand_over_call;
      DROP TABLE hand_over;
      DROP TABLE hand_over_wording;
      DROP TABLE referrer_letter;
      DROP TABLE referrer_print;
      DROP TABLE referrer;
      DROP TABLE referrer_kind;
    `);
  }
}

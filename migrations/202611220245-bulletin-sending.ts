import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sending bulletins: who said yes to it, whom each goes to and what became of that, print runs, and how the providers are. */
export class BulletinSending1763770245000 implements MigrationInterface {
  name = 'BulletinSending1763770245000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE bulletin_sending (
        bulletin_id uuid CONSTRAINT pk_bulletin_sending PRIMARY KEY
          CONSTRAINT fk_bulletin_sending__bulletin REFERENCES bulletin,
        turn integer NOT NULL,
        confirmed_by uuid NOT NULL,
        confirmed_at timestamptz NOT NULL,
        people integer NOT NULL,
        needs_second boolean NOT NULL,
        approved_by uuid,
        approved_at timestamptz,
        starts_at timestamptz NOT NULL,
        started_at timestamptz,
        ended_at timestamptz,
        -- Whoever confirmed cannot be the second, whatever program writes here.
        CONSTRAINT ck_bulletin_sending__four_eyes CHECK (approved_by IS NULL OR approved_by <> confirmed_by),
        CONSTRAINT ck_bulletin_sending__second
          CHECK (started_at IS NULL OR NOT needs_second OR approved_by IS NOT NULL)
      );

      CREATE TABLE delivery_sender (
        number integer GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_delivery_sender PRIMARY KEY,
        in_doubt uuid[] NOT NULL,
        since timestamptz NOT NULL
      );

      CREATE TABLE delivery_batch (
        id uuid CONSTRAINT pk_delivery_batch PRIMARY KEY,
        bulletin_id uuid NOT NULL CONSTRAINT fk_delivery_batch__bulletin REFERENCES bulletin,
        channel text NOT NULL CONSTRAINT ck_delivery_batch__channel CHECK (channel IN ('email', 'text', 'post')),
        number integer NOT NULL,
        people integer NOT NULL,
        state text NOT NULL
          CONSTRAINT ck_delivery_batch__state CHECK (state IN ('waiting', 'sending', 'done', 'failed')),
        sender_number integer,
        turn integer NOT NULL,
        tries integer NOT NULL,
        due_at timestamptz NOT NULL,
        error text,
        CONSTRAINT uq_delivery_batch__number UNIQUE (bulletin_id, channel, number),
        CONSTRAINT ck_delivery_batch__sender CHECK ((state = 'sending') = (sender_number IS NOT NULL))
      );
      CREATE INDEX ix_delivery_batch__sender ON delivery_batch (sender_number) WHERE sender_number IS NOT NULL;
      CREATE INDEX ix_delivery_batch__waiting ON delivery_batch (due_at, id) WHERE state = 'waiting';

      CREATE TABLE delivery (
        id uuid CONSTRAINT pk_delivery PRIMARY KEY,
        bulletin_id uuid NOT NULL CONSTRAINT fk_delivery__bulletin REFERENCES bulletin,
        subscriber_id uuid NOT NULL CONSTRAINT fk_delivery__subscriber REFERENCES subscriber,
        batch_id uuid CONSTRAINT fk_delivery__batch REFERENCES delivery_batch,
        channel text CONSTRAINT ck_delivery__channel CHECK (channel IN ('email', 'text', 'post')),
        state text NOT NULL CONSTRAINT ck_delivery__state CHECK (state IN
          ('waiting', 'claimed', 'sent', 'failed', 'unknown', 'held', 'to_print', 'printed', 'bounced', 'delivered')),
        held text,
        sender_number integer,
        tries integer NOT NULL,
        doubts integer NOT NULL,
        next_try_at timestamptz,
        sent_at timestamptz,
        settled_at timestamptz,
        provider_reference text,
        error text,
        units integer,
        cost_pence numeric,
        CONSTRAINT uq_delivery__person UNIQUE (bulletin_id, subscriber_id),
        CONSTRAINT ck_delivery__held CHECK ((state = 'held') = (held IS NOT NULL)),
        CONSTRAINT ck_delivery__claimed CHECK ((state = 'claimed') = (sender_number IS NOT NULL)),
        CONSTRAINT ck_delivery__sendable CHECK (state = 'held' OR (channel IS NOT NULL AND batch_id IS NOT NULL))
      ) WITH (fillfactor = 70);
      CREATE INDEX ix_delivery__batch ON delivery (batch_id, id);
      CREATE INDEX ix_delivery__subscriber ON delivery (subscriber_id);

      CREATE TABLE delivery_provider (
        provider text CONSTRAINT pk_delivery_provider PRIMARY KEY,
        next_at timestamptz NOT NULL,
        away_until timestamptz,
        away_error text,
        away_times integer NOT NULL
      );

      CREATE TABLE print_run (
        id uuid CONSTRAINT pk_print_run PRIMARY KEY,
        bulletin_id uuid NOT NULL CONSTRAINT fk_print_run__bulletin REFERENCES bulletin
          CONSTRAINT uq_print_run__bulletin UNIQUE,
        state text NOT NULL
          CONSTRAINT ck_print_run__state CHECK (state IN ('gathering', 'printing', 'ready', 'sent', 'failed')),
        printed_as_of timestamptz NOT NULL,
        letters integer NOT NULL,
        sides integer,
        bytes bigint,
        sha256 text,
        file_until timestamptz,
        sent_by uuid,
        sent_at timestamptz,
        error text,
        CONSTRAINT ck_print_run__made CHECK (state IN ('gathering', 'printing', 'failed') OR sha256 IS NOT NULL)
      );
      CREATE TABLE print_letter (
        run_id uuid NOT NULL CONSTRAINT fk_print_letter__run REFERENCES print_run,
        number integer NOT NULL,
        delivery_id uuid NOT NULL CONSTRAINT fk_print_letter__delivery REFERENCES delivery
          CONSTRAINT uq_print_letter__delivery UNIQUE,
        person text NOT NULL,
        pages integer,
        first_side integer,
        CONSTRAINT pk_print_letter PRIMARY KEY (run_id, number)
      );
      CREATE TABLE print_piece (
        run_id uuid NOT NULL CONSTRAINT fk_print_piece__run REFERENCES print_run,
        number integer NOT NULL,
        bytes bytea NOT NULL,
        CONSTRAINT pk_print_piece PRIMARY KEY (run_id, number)
      );
      -- Sealed bytes are as random as any: trying to press them costs time and saves nothing.
      ALTER TABLE print_piece ALTER COLUMN bytes SET STORAGE EXTERNAL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE print_piece;
      DROP TABLE print_letter;
      DROP TABLE print_run;
      DROP TABLE delivery_provider;
      DROP TABLE delivery;
      DROP TABLE delivery_batch;
      DROP TABLE delivery_sender;
      DROP TABLE bulletin_sending;
    `);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Outgoing messages: what was to be sent, and what became of it. */
export class Messages1763770005000 implements MigrationInterface {
  name = 'Messages1763770005000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE outgoing_message (
        id uuid CONSTRAINT pk_outgoing_message PRIMARY KEY,
        template text NOT NULL,
        channel text NOT NULL CONSTRAINT ck_outgoing_message__channel CHECK (channel IN ('email', 'text', 'post')),
        recipient text NOT NULL,
        recipient_name text,
        locale text NOT NULL,
        params jsonb NOT NULL DEFAULT '{}',
        about_kind text,
        about_id text,
        state text NOT NULL CONSTRAINT ck_outgoing_message__state
          CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'unknown', 'to_print')),
        created_at timestamptz NOT NULL,
        sent_at timestamptz,
        error text,
        subject text,
        body_text text,
        body_html text,
        headers text
      );
      CREATE INDEX ix_outgoing_message__created ON outgoing_message (created_at DESC, id DESC);
      CREATE INDEX ix_outgoing_message__about ON outgoing_message (about_kind, about_id, created_at DESC);
      CREATE INDEX ix_outgoing_message__waiting ON outgoing_message (state, created_at) WHERE state <> 'sent';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE outgoing_message');
  }
}

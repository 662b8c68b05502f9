import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Words of automatic messages that staff write, their switches, and what was queued for whom already. */
export class AutomaticMessages1763770240000 implements MigrationInterface {
  name = 'AutomaticMessages1763770240000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE message_template_version (
        id uuid CONSTRAINT pk_message_template_version PRIMARY KEY,
        message_key text NOT NULL,
        carers_service_id uuid
          CONSTRAINT fk_message_template_version__carers_service REFERENCES carers_service,
        locale text NOT NULL,
        revision integer NOT NULL,
        title text,
        markdown text,
        short_text text,
        saved_by uuid NOT NULL CONSTRAINT fk_message_template_version__saved_by REFERENCES account,
        saved_at timestamptz NOT NULL,
        CONSTRAINT uq_message_template_version__revision
          UNIQUE NULLS NOT DISTINCT (message_key, carers_service_id, locale, revision),
        CONSTRAINT ck_message_template_version__revision CHECK (revision > 0),
        CONSTRAINT ck_message_template_version__words CHECK ((title IS NULL) = (markdown IS NULL))
      );
      CREATE INDEX ix_message_template_version__carers_service ON message_template_version (carers_service_id);
      CREATE INDEX ix_message_template_version__saved_by ON message_template_version (saved_by);
      CREATE TABLE message_switch (
        id uuid CONSTRAINT pk_message_switch PRIMARY KEY,
        message_key text NOT NULL,
        carers_service_id uuid CONSTRAINT fk_message_switch__carers_service REFERENCES carers_service,
        is_on boolean NOT NULL,
        reason text NOT NULL,
        set_by uuid NOT NULL CONSTRAINT fk_message_switch__set_by REFERENCES account,
        set_at timestamptz NOT NULL
      );
      CREATE INDEX ix_message_switch__key ON message_switch (message_key, id DESC);
      CREATE INDEX ix_message_switch__carers_service ON message_switch (carers_service_id);
      CREATE INDEX ix_message_switch__set_by ON message_switch (set_by);
      CREATE TABLE automatic_message_queued (
        message_key text NOT NULL,
        person_id uuid NOT NULL,
        occasion text NOT NULL,
        queued_at timestamptz NOT NULL,
        CONSTRAINT pk_automatic_message_queued PRIMARY KEY (person_id, message_key, occasion)
      );
      CREATE INDEX ix_card__ends ON card (valid_until, id) WHERE status = 'active';
      ALTER TABLE outgoing_message ADD COLUMN words_version_id uuid
        CONSTRAINT fk_outgoing_message__words_version REFERENCES message_template_version;
      CREATE INDEX ix_outgoing_message__words_version ON outgoing_message (words_version_id)
        WHERE words_version_id IS NOT NULL;
    `);
    for (const table of ['message_template_version', 'message_switch']) {
      await runner.query(`
        CREATE TRIGGER ${table}_append_only BEFORE UPDATE OR DELETE ON ${table}
          FOR EACH ROW EXECUTE FUNCTION refuse_rewriting_history();
        CREATE TRIGGER ${table}_no_truncate BEFORE TRUNCATE ON ${table}
          FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_history();
      `);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE outgoing_message DROP COLUMN words_version_id;
      DROP INDEX ix_card__ends;
      DROP TABLE automatic_message_queued;
      DROP TABLE message_switch;
      DROP TABLE message_template_version;
    `);
  }
}

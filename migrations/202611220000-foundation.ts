import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Extensions that the libs share, and the audit trail that nobody can rewrite. */
export class Foundation1763770000000 implements MigrationInterface {
  name = 'Foundation1763770000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE EXTENSION IF NOT EXISTS pg_trgm;
      CREATE EXTENSION IF NOT EXISTS unaccent;
      CREATE EXTENSION IF NOT EXISTS citext;
      CREATE EXTENSION IF NOT EXISTS cube;
      CREATE EXTENSION IF NOT EXISTS earthdistance;
      CREATE EXTENSION IF NOT EXISTS btree_gist;

      -- unaccent() is only STABLE, since its dictionary could change; indexes need an IMMUTABLE form.
      CREATE FUNCTION plain_text(value text) RETURNS text
        LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
        RETURN lower(unaccent('unaccent'::regdictionary, value));

      CREATE TABLE audit_event (
        id uuid CONSTRAINT pk_audit_event PRIMARY KEY,
        happened_at timestamptz NOT NULL,
        actor_kind text NOT NULL CONSTRAINT ck_audit_event__actor_kind
          CHECK (actor_kind IN ('account', 'applicant', 'till', 'link', 'system')),
        actor_id text,
        actor_role text,
        action text NOT NULL,
        subject_kind text NOT NULL,
        subject_id text NOT NULL,
        reason text,
        details jsonb NOT NULL DEFAULT '{}',
        request_id text,
        from_address text
      );
      CREATE INDEX ix_audit_event__subject ON audit_event (subject_kind, subject_id, happened_at DESC);
      CREATE INDEX ix_audit_event__actor ON audit_event (actor_id, happened_at DESC);

      CREATE FUNCTION refuse_rewriting_history() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
      END $$;
      CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE ON audit_event
        FOR EACH ROW EXECUTE FUNCTION refuse_rewriting_history();
      CREATE TRIGGER audit_event_no_truncate BEFORE TRUNCATE ON audit_event
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_history();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE audit_event;
      DROP FUNCTION refuse_rewriting_history();
      DROP FUNCTION plain_text(text);
      -- The extensions stay: other schemas may use them, and not every owner of a database may drop them.
    `);
  }
}

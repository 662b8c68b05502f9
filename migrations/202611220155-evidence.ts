import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Files as evidence: what is known of them, and apart from it their sealed bytes. */
export class Evidence1763770155000 implements MigrationInterface {
  name = 'Evidence1763770155000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE evidence_file (
        id uuid NOT NULL,
        owner_kind text NOT NULL,
        owner_id uuid NOT NULL,
        file_name text,
        media_type text NOT NULL,
        size integer NOT NULL,
        pages integer,
        sha256 text,
        upload_hash text,
        state text NOT NULL,
        refused_because text,
        tries integer NOT NULL,
        kept_at timestamptz NOT NULL,
        kept_by text NOT NULL,
        ended_on date,
        erased_at timestamptz,
        erased_why text,
        CONSTRAINT pk_evidence_file PRIMARY KEY (id),
        CONSTRAINT uq_evidence_file__owner_upload UNIQUE (owner_kind, owner_id, upload_hash),
        CONSTRAINT ck_evidence_file__state CHECK (state IN ('ready', 'held', 'refused', 'erased')),
        CONSTRAINT ck_evidence_file__media_type
          CHECK (media_type IN ('application/pdf', 'image/jpeg', 'image/png', 'image/webp')),
        CONSTRAINT ck_evidence_file__whole CHECK (state NOT IN ('ready', 'held') OR (sha256 IS NOT NULL AND file_name IS NOT NULL)),
        CONSTRAINT ck_evidence_file__erased CHECK ((state = 'erased') = (erased_at IS NOT NULL))
      );
      CREATE INDEX ix_evidence_file__ended_on ON evidence_file (ended_on) WHERE state <> 'erased' AND ended_on IS NOT NULL;
      CREATE INDEX ix_evidence_file__held ON evidence_file (kept_at) WHERE state = 'held';
      CREATE TABLE evidence_content (
        file_id uuid NOT NULL CONSTRAINT fk_evidence_content__file REFERENCES evidence_file ON DELETE CASCADE,
        sealed bytea NOT NULL,
        CONSTRAINT pk_evidence_content PRIMARY KEY (file_id)
      );
      -- Sealed bytes do not get smaller: trying would only cost time.
      ALTER TABLE evidence_content ALTER COLUMN sealed SET STORAGE EXTERNAL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE evidence_content; DROP TABLE evidence_file');
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What staff are asked to look at, with the evidence. */
export class Reviews1763770100000 implements MigrationInterface {
  name = 'Reviews1763770100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE review_item (
        id uuid CONSTRAINT pk_review_item PRIMARY KEY,
        kind text NOT NULL,
        -- Null once its link to a person has run out.
        subject_kind text,
        subject_id text,
        branch_id uuid CONSTRAINT fk_review_item__branch REFERENCES branch ON DELETE SET NULL,
        once text NOT NULL CONSTRAINT uq_review_item__once UNIQUE,
        reason_key text NOT NULL,
        evidence jsonb NOT NULL CONSTRAINT ck_review_item__evidence CHECK (jsonb_typeof(evidence) = 'object'),
        -- The earliest instant that the evidence tells of: from then on its time runs.
        seen_from timestamptz NOT NULL,
        raised_at timestamptz NOT NULL,
        status text NOT NULL CONSTRAINT ck_review_item__status CHECK (status IN ('open', 'closed')),
        closed_at timestamptz,
        closed_by text,
        closed_why text,
        outcome text,
        forgotten_at timestamptz,
        CONSTRAINT ck_review_item__closed CHECK ((status = 'closed') = (num_nulls(closed_at, closed_by, outcome) = 0)),
        CONSTRAINT ck_review_item__forgotten CHECK (
          CASE WHEN forgotten_at IS NULL THEN num_nulls(subject_kind, subject_id) = 0
               ELSE num_nonnulls(subject_kind, subject_id, branch_id, closed_why) = 0
                    AND evidence = '{}' AND status = 'closed' END)
      );
      CREATE INDEX ix_review_item__queue ON review_item (status, raised_at, id);
      CREATE INDEX ix_review_item__kind ON review_item (status, kind, raised_at, id);
      CREATE INDEX ix_review_item__forget ON review_item (seen_from) WHERE forgotten_at IS NULL;
      CREATE INDEX ix_review_item__closed ON review_item (closed_at) WHERE closed_at IS NOT NULL;
      CREATE INDEX ix_review_item__branch ON review_item (branch_id) WHERE branch_id IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE review_item');
  }
}

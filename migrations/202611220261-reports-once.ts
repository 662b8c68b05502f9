import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Each report of a bounce or a complaint counts once, also one from before. */
export class ReportsOnce1763770261000 implements MigrationInterface {
  name = 'ReportsOnce1763770261000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE address_report (
        about_kind text NOT NULL,
        about_id text NOT NULL,
        kind text NOT NULL CONSTRAINT ck_address_report__kind CHECK (kind IN ('hard', 'soft', 'complaint')),
        at timestamptz NOT NULL,
        CONSTRAINT pk_address_report PRIMARY KEY (about_kind, about_id, kind)
      );
      INSERT INTO address_report (about_kind, about_id, kind, at)
      SELECT 'delivery', d.id::text, told.kind, coalesce(d.settled_at, d.sent_at, now())
        FROM delivery d CROSS JOIN (VALUES ('hard'), ('soft')) AS told (kind) WHERE d.state = 'bounced';
      INSERT INTO address_report (about_kind, about_id, kind, at)
      SELECT subject_kind, subject_id, 'complaint', min(happened_at) FROM audit_event
       WHERE action = 'address.suppressed' AND subject_kind = 'delivery' AND details ->> 'reason' = 'complaint'
       GROUP BY subject_kind, subject_id;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE address_report');
  }
}

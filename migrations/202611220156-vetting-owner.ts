import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a business says to an action or a sanction, what the register of companies said, and reminders to referees. */
export class VettingOwner1763770156000 implements MigrationInterface {
  name = 'VettingOwner1763770156000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE vetting_reply (
        id uuid CONSTRAINT pk_vetting_reply PRIMARY KEY,
        case_id uuid NOT NULL CONSTRAINT fk_vetting_reply__case REFERENCES vetting_case ON DELETE CASCADE,
        about_kind text NOT NULL CONSTRAINT ck_vetting_reply__about_kind CHECK (about_kind IN ('action', 'sanction')),
        about_id uuid NOT NULL,
        words text NOT NULL,
        said_by uuid NOT NULL,
        said_at timestamptz NOT NULL
      );
      CREATE INDEX ix_vetting_reply__case ON vetting_reply (case_id, said_at);

      CREATE TABLE company_finding (
        id uuid CONSTRAINT pk_company_finding PRIMARY KEY,
        check_id uuid NOT NULL CONSTRAINT fk_company_finding__check REFERENCES vetting_check ON DELETE CASCADE,
        number text NOT NULL CONSTRAINT ck_company_finding__number CHECK (number ~ '^[A-Z0-9]{8}$'),
        looked_on date NOT NULL,
        found text,
        concerns text[] NOT NULL,
        created_at timestamptz NOT NULL,
        CONSTRAINT uq_company_finding__check_number_day UNIQUE (check_id, number, looked_on)
      );

      CREATE TABLE reference_reminder (
        reference_id uuid CONSTRAINT pk_reference_reminder PRIMARY KEY
          CONSTRAINT fk_reference_reminder__reference REFERENCES vetting_reference ON DELETE CASCADE,
        reminded_at timestamptz NOT NULL
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE reference_reminder;
      DROP TABLE company_finding;
      DROP TABLE vetting_reply;
    `);
  }
}

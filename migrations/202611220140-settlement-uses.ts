import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What settlement files told of, kept apart from the uses: those change their names once nobody may be linked to them. */
export class SettlementUses1763770140000 implements MigrationInterface {
  name = 'SettlementUses1763770140000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- A name follows from business, transaction and line, so that what is told twice is known again. It leads to no
      -- card and, once the use has a new name, to no use.
      CREATE TABLE settlement_use (
        scan_id uuid NOT NULL,
        offer_id uuid NOT NULL CONSTRAINT fk_settlement_use__offer REFERENCES offer ON DELETE CASCADE,
        told_on date NOT NULL,
        CONSTRAINT pk_settlement_use PRIMARY KEY (offer_id, scan_id)
      );
      CREATE INDEX ix_settlement_use__told_on ON settlement_use (told_on);
      INSERT INTO settlement_use (scan_id, offer_id, told_on)
        SELECT DISTINCT ON (offer_id, scan_id) scan_id, offer_id, (recorded_at AT TIME ZONE 'Europe/London')::date
          FROM redemption WHERE source = 'settlement' ORDER BY offer_id, scan_id, recorded_at;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE settlement_use');
  }
}

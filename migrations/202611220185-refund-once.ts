import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A refund form that is sent twice asks Stripe once; and lists of what is disputed or was paid too much stay quick. */
export class RefundOnce1763770185000 implements MigrationInterface {
  name = 'RefundOnce1763770185000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE stripe_refund ADD COLUMN once text;
      CREATE UNIQUE INDEX uq_stripe_refund__once ON stripe_refund (once, payment_id);
      CREATE INDEX ix_invoice__disputed ON invoice (issued_at DESC, id DESC) WHERE disputed_pence > 0;
      CREATE INDEX ix_invoice__overpaid ON invoice (issued_at DESC, id DESC) WHERE due_pence < 0;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX ix_invoice__overpaid;
      DROP INDEX ix_invoice__disputed;
      ALTER TABLE stripe_refund DROP COLUMN once;
    `);
  }
}

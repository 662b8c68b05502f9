import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Events that Stripe told us of. */
export class Payments1763770015000 implements MigrationInterface {
  name = 'Payments1763770015000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE stripe_event (
        id text CONSTRAINT pk_stripe_event PRIMARY KEY,
        type text NOT NULL,
        object_id text,
        occurred_at timestamptz NOT NULL,
        received_at timestamptz NOT NULL,
        dealt_with_at timestamptz
      );
      CREATE INDEX ix_stripe_event__waiting ON stripe_event (received_at) WHERE dealt_with_at IS NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE stripe_event');
  }
}

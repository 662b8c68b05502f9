import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When the owner of a webhook was last told of what was given up, and what answers are still kept. */
export class WebhookDeadLetters1763770272000 implements MigrationInterface {
  name = 'WebhookDeadLetters1763770272000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE webhook_endpoint ADD COLUMN given_up_told_at timestamptz;
      CREATE INDEX ix_webhook_delivery__answer ON webhook_delivery (last_at) WHERE last_body IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX ix_webhook_delivery__answer;
      ALTER TABLE webhook_endpoint DROP COLUMN given_up_told_at;
    `);
  }
}

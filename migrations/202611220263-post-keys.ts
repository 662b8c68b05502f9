import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How suppression knows postal addresses, so that SQL can count without those from whom post came back. Filled in the night. */
export class PostKeys1763770263000 implements MigrationInterface {
  name = 'PostKeys1763770263000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE subscriber_post_key (
        subscriber_id uuid CONSTRAINT pk_subscriber_post_key PRIMARY KEY
          CONSTRAINT fk_subscriber_post_key__subscriber REFERENCES subscriber,
        address_hash text NOT NULL,
        name_hash text NOT NULL
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE subscriber_post_key');
  }
}

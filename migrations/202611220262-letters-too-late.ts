import type { MigrationInterface, QueryRunner } from 'typeorm';

/** With a letter, why it ought not to have gone, where that came up when the print house had it. */
export class LettersTooLate1763770262000 implements MigrationInterface {
  name = 'LettersTooLate1763770262000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE delivery ADD COLUMN too_late text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE delivery DROP COLUMN too_late');
  }
}

import { Database } from '@carers/database';
import { Clock } from '@carers/kernel';
import { Injectable } from '@nestjs/common';

/** Days after which what stood in a file is deleted: from its end, or from its arrival when nothing came of it. */
export const importKeptFor = 30;

/** Deletes what stood in imported files. What became of each row stays, as a number of a line and a person's id. */
@Injectable()
export class ImportRetention {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Deletes what is due; how many files it were. */
  async erase(): Promise<number> {
    const now = this.clock.now();
    const before = new Date(now.getTime() - importKeptFor * 86_400_000);
    const due = await this.database.query<{ id: string }>(
      `SELECT id FROM subscriber_import
        WHERE erased_at IS NULL AND coalesce(finished_at, created_at) < $1 AND state NOT IN ('checking', 'running')`,
      [before],
    );
    for (const { id } of due) await this.eraseOne(id);
    return due.length;
  }

  /** Deletes what stood in one file, at once. */
  async eraseOne(id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      await tx.query(
        `UPDATE subscriber_import_row SET cells = NULL, problems = '[]', likely = '[]' WHERE import_id = $1`,
        [id],
      );
      await tx.query(`UPDATE subscriber_import SET erased_at = $2 WHERE id = $1 AND erased_at IS NULL`, [
        id,
        this.clock.now(),
      ]);
    });
  }
}

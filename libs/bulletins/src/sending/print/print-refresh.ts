import { Database, type Tx } from '@carers/database';
import { Injectable } from '@nestjs/common';
import { lockedBulletin } from '../bulletin-row.js';
import { PrintLetter, PrintRun } from '../sending.entities.js';
import { PrintCheck } from './print-check.js';

/** Makes another version of a run whose letters are out of date: it has a file, and a hash, of its own. */
@Injectable()
export class PrintRefresh {
  constructor(
    private readonly database: Database,
    private readonly check: PrintCheck,
  ) {}

  /**
   * Takes out letters that may not be sent any more and puts new addresses on others; the run is to be printed then.
   * Changes nothing of a run in which all letters may go as they are, or which the print house has.
   */
  async refresh({ id: runId, bulletinId }: PrintRun): Promise<void> {
    await this.database.transaction(async (tx) => {
      await tx.query('SET LOCAL statement_timeout = 0');
      const bulletin = await lockedBulletin(tx, bulletinId, 'SHARE');
      const { held, changed } = await this.check.of(tx, runId, bulletin);
      if (held.length + changed.length === 0) return;
      // Copies first, then the run, as whoever erases does.
      const ids = [...held, ...changed].map(({ id }) => id).sort();
      await tx.query('SELECT 1 FROM delivery WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE', [ids]);
      const run = await tx.findOneOrFail(PrintRun, { where: { id: runId }, lock: { mode: 'pessimistic_write' } });
      if (run.state !== 'ready') return;
      await this.takeOut(tx, runId, held);
      for (const { id, person } of changed)
        await tx.update(PrintLetter, { runId, deliveryId: id }, { person: JSON.stringify(person) });
      const letters = await tx.countBy(PrintLetter, { runId });
      const nothing = { sides: null, bytes: null, sha256: null, fileUntil: null, error: null };
      await tx.update(PrintRun, { id: runId }, { state: 'printing', letters, ...nothing });
    });
  }

  private async takeOut(tx: Tx, runId: string, held: readonly { id: string; held: string }[]): Promise<void> {
    await tx.query('DELETE FROM print_letter WHERE run_id = $1 AND delivery_id = ANY($2::uuid[])', [
      runId,
      held.map(({ id }) => id),
    ]);
    await tx.query(
      `UPDATE delivery d SET state = 'held', held = o.held, units = NULL, cost_pence = NULL
         FROM jsonb_to_recordset($1::jsonb) AS o (id uuid, held text) WHERE d.id = o.id AND d.state = 'to_print'`,
      [JSON.stringify(held)],
    );
  }
}

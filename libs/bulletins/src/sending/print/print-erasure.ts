import type { Tx } from '@carers/database';
import { Injectable } from '@nestjs/common';
import { PrintLetter, PrintPiece, PrintRun } from '../sending.entities.js';
import { PrintRuns } from './print-runs.js';

/** Takes letters out of print runs, with the files that they stand in. */
@Injectable()
export class PrintErasure {
  constructor(private readonly prints: PrintRuns) {}

  /**
   * A run that the print house does not have yet is printed again without them, as a file of its own. Of one that was handed
   * over the hash of what was posted and every other letter stay; made again, its file lacks these. Lock the copies first.
   */
  async takeOut(tx: Tx, deliveryIds: readonly string[]): Promise<void> {
    const runs = (await tx.query(
      `SELECT run.id, bulletin.state AS bulletin FROM print_run run JOIN bulletin ON bulletin.id = run.bulletin_id
        WHERE run.id IN (SELECT run_id FROM print_letter WHERE delivery_id = ANY($1::uuid[]))
        ORDER BY run.id FOR UPDATE OF run`,
      [deliveryIds],
    )) as { id: string; bulletin: string }[];
    for (const { id, bulletin } of runs) await this.takeOutOf(tx, id, bulletin, deliveryIds);
  }

  private async takeOutOf(tx: Tx, runId: string, bulletin: string, deliveryIds: readonly string[]): Promise<void> {
    const run = await tx.findOneByOrFail(PrintRun, { id: runId });
    const gone = await tx
      .createQueryBuilder()
      .delete()
      .from(PrintLetter)
      .where('run_id = :runId AND delivery_id = ANY(:deliveryIds::uuid[])', { runId, deliveryIds })
      .execute();
    await tx.delete(PrintPiece, { runId });
    if (run.state !== 'ready' || bulletin === 'cancelled') {
      // One that is being gathered or printed now notices by the letters that are left.
      const waits = run.state === 'gathering' || run.state === 'printing';
      await tx.update(
        PrintRun,
        { id: runId },
        { fileUntil: null, ...(waits && { letters: Math.max(0, run.letters - gone.affected!) }) },
      );
      return;
    }
    const letters = run.letters - gone.affected!;
    const nothing = { sides: null, bytes: null, sha256: null, fileUntil: null, error: null };
    await tx.update(PrintRun, { id: runId }, { state: 'printing', letters, ...nothing });
    await this.prints.ask(tx, run.bulletinId);
  }
}

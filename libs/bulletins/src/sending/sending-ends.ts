import { Audit } from '@carers/audit';
import { Database } from '@carers/database';
import { Clock } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { lockedBulletin } from './bulletin-row.js';
import { after } from './bulletin-moves.js';

/** Notices that a bulletin has been sent: every batch is done and the letters are printed. */
@Injectable()
export class SendingEnds {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly audit: Audit,
  ) {}

  /** Safe to call at any time and twice. */
  async endIfDone(bulletinId: string): Promise<void> {
    // Asked without a lock first: all but the last batch of a bulletin end here.
    if (await this.isUnderWay(bulletinId)) return;
    await this.database.transaction(async (tx) => {
      const { state } = await lockedBulletin(tx, bulletinId);
      if (state !== 'sending') return;
      const [left] = (await tx.query(unfinished, [bulletinId])) as { left: boolean }[];
      if (left!.left) return;
      await tx.query('UPDATE bulletin SET state = $2 WHERE id = $1', [bulletinId, after('finish', state)]);
      await tx.query('UPDATE bulletin_sending SET ended_at = $2 WHERE bulletin_id = $1', [
        bulletinId,
        this.clock.now(),
      ]);
      await this.audit.record(tx, {
        action: 'bulletin.sent',
        subject: { kind: 'bulletin', id: bulletinId },
        actor: { kind: 'system', id: 'bulletins' },
      });
    });
  }

  private async isUnderWay(bulletinId: string): Promise<boolean> {
    const [row] = await this.database.query<{ left: boolean }>(unfinished, [bulletinId]);
    return row!.left;
  }
}

const unfinished = `
  SELECT EXISTS (SELECT 1 FROM delivery_batch WHERE bulletin_id = $1 AND state <> 'done')
      OR EXISTS (SELECT 1 FROM print_run WHERE bulletin_id = $1 AND state NOT IN ('ready', 'sent')) AS left`;

import { Audit } from '@carers/audit';
import { Database, type Tx } from '@carers/database';
import { Clock } from '@carers/kernel';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { type EndedTill, EndedTills } from './ended-tills.js';
import { clockOffset, whenItHappened } from './offline-clock.js';
import { Redemption } from './redemption.entity.js';
import type { UndoRequest } from './till-forms.js';
import { TillKeys } from './till-keys.js';
import { RedemptionNotFound, TillKeyRefused, TooLateToUndo } from './till.problems.js';

/** What is answered about a use that was taken back. */
export interface Undone {
  id: string;
  scanId: string;
  offerId: string;
  occurredAt: string;
  savingPence: number | null;
  undone: true;
}

/** Takes mistakes back, and gives the use back. */
@Injectable()
export class Undoing {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly scheme: SchemeService,
    private readonly keys: TillKeys,
    private readonly ended: EndedTills,
    private readonly audit: Audit,
  ) {}

  /**
   * Takes a use back that happened no longer ago than the scheme allows, whenever it was told. Asked again, it answers the
   * same. A till that was alone says when its staff took it back: that counts, however much later it can tell.
   * @throws TillKeyRefused, RedemptionNotFound, TooLateToUndo
   */
  async undo(keyHash: string, redemptionId: string, request: UndoRequest): Promise<Undone> {
    const till = await this.till(keyHash);
    const { redemptions } = await this.scheme.policyOn(this.clock.today());
    const now = this.clock.now();
    const takenBackAt = whenTakenBack(request, now);
    return this.database.transaction(async (tx) => {
      const redemption = await tx.findOne(Redemption, {
        // One that has ended takes back what it gave itself, and no colleague's.
        where: { id: redemptionId, branchId: till.branchId, ...(till.endedAt && { tillId: till.id }) },
        lock: { mode: 'pessimistic_write' },
      });
      if (!redemption) throw new RedemptionNotFound();
      if (!redemption.undoneAt) {
        const after = takenBackAt.getTime() - redemption.occurredAt.getTime();
        if (after > redemptions.undoMinutes * 60_000) throw new TooLateToUndo();
        if (till.endedAt && takenBackAt >= till.endedAt) throw new TooLateToUndo();
        await this.takeBack(tx, redemption, request.reason, now, till.id);
      }
      const { id, scanId, offerId, occurredAt, savingPence } = redemption;
      return { id, scanId, offerId, occurredAt: occurredAt.toISOString(), savingPence, undone: true };
    });
  }

  private async till(keyHash: string): Promise<Pick<EndedTill, 'id' | 'branchId'> & { endedAt?: Date }> {
    try {
      return await this.keys.till(keyHash);
    } catch (problem) {
      if (!(problem instanceof TillKeyRefused)) throw problem;
      return this.ended.till(keyHash);
    }
  }

  private async takeBack(tx: Tx, { id, offerId, counted }: Redemption, reason: string, now: Date, tillId: string) {
    await tx.update(Redemption, { id }, { undoneAt: now, undoReason: reason });
    await tx.query('UPDATE offer_counter SET used = used - 1 WHERE offer_id = $1 AND scope = ANY ($2)', [
      offerId,
      counted,
    ]);
    const actor = { kind: 'till', id: tillId } as const;
    await this.audit.record(tx, { action: 'redemption.undone', subject: { kind: 'redemption', id }, actor, reason });
  }
}

/** When staff took it back, by our clock; now, where the till does not say, or says nothing that can be believed. */
function whenTakenBack({ undoneAt, sentAt }: UndoRequest, now: Date): Date {
  if (undoneAt === undefined || sentAt === undefined) return now;
  const { at, flag } = whenItHappened(undoneAt, clockOffset(new Date(sentAt), now), now);
  return flag === null ? at : now;
}

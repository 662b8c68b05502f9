import { Audit } from '@carers/audit';
import { Database } from '@carers/database';
import { everybody, Segments } from '@carers/information-service';
import { Clock } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { Bulletin } from '../writing/bulletin.entity.js';
import { lockedBulletin } from './bulletin-row.js';
import type { Officer } from './officer.js';
import { BulletinHasMovedOn, BulletinToSendNotFound } from './sending.problems.js';

/** Says whom a bulletin is for. */
@Injectable()
export class Audiences {
  constructor(
    private readonly database: Database,
    private readonly segments: Segments,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * Everybody, or a saved segment. Its filter is copied as it is now: changing the segment later changes no bulletin.
   * @param segmentId or `everybody`
   * @throws BulletinHasMovedOn, SegmentNotFound
   */
  async choose(bulletinId: string, segmentId: string, { scope, actor }: Officer): Promise<void> {
    await this.database.transaction(async (tx) => {
      const { carersServiceId, state } = await lockedBulletin(tx, bulletinId);
      if (scope !== null && !scope.includes(carersServiceId)) throw new BulletinToSendNotFound();
      if (state !== 'draft') throw new BulletinHasMovedOn();
      const filter =
        segmentId === 'everybody' ? everybody : (await this.segments.find(segmentId, [carersServiceId], tx)).filter;
      await tx.update(Bulletin, { id: bulletinId }, { segment: filter, updatedAt: this.clock.now() });
      await this.audit.record(tx, {
        action: 'bulletin.audience-chosen',
        subject: { kind: 'bulletin', id: bulletinId },
        actor,
        details: { segment: segmentId },
      });
    });
  }
}

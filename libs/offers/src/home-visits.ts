import { type Actor, Audit } from '@carers/audit';
import { Businesses } from '@carers/businesses';
import type { Tx } from '@carers/database';
import { Clock, type LocalDate } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { Offer, type OfferStatus } from './offer.entity.js';

/**
 * Whether offers of a trade for work in people's homes may be shown. Somebody above decides and says so here; until
 * then they may not. Businesses are locked before their offers, as in `Offers`, so an offer that staff agree to in the
 * same moment is judged by what holds once both are done.
 */
@Injectable()
export class HomeVisits {
  constructor(
    private readonly clock: Clock,
    private readonly audit: Audit,
    private readonly businesses: Businesses,
  ) {}

  /**
   * A trade may no longer be listed: its offers for work in people's homes are gone from the directory and the tills
   * when this commits, and new ones stay hidden.
   * @throws BusinessNotFound
   */
  async withhold(tx: Tx, businessId: string, actor: Actor): Promise<void> {
    await this.setUntil(tx, businessId, null);
    await this.change(tx, businessId, 'published', 'offer.withheld', actor, (offer) =>
      offer.withhold(this.clock.now()),
    );
  }

  /**
   * A trade may be listed until the end of a day. What was withheld is shown again; what its owner paused is not.
   * @throws BusinessNotFound
   */
  async release(tx: Tx, businessId: string, until: LocalDate, actor: Actor): Promise<void> {
    if (until < this.clock.today()) return this.withhold(tx, businessId, actor);
    await this.setUntil(tx, businessId, until);
    await this.change(tx, businessId, 'withheld', 'offer.released', actor, (offer) => offer.release());
  }

  private async setUntil(tx: Tx, businessId: string, until: LocalDate | null): Promise<void> {
    const business = await this.businesses.locked(tx, businessId);
    if (business.homeVisitsUntil === until) return;
    business.homeVisitsUntil = until;
    await tx.save(business);
  }

  private async change(
    tx: Tx,
    businessId: string,
    status: OfferStatus,
    action: string,
    actor: Actor,
    rule: (offer: Offer) => void,
  ): Promise<void> {
    const where = { businessId, status, atHome: true };
    // Not the lock of a key: a till that uses one of them in this moment need not wait.
    const offers = await tx.find(Offer, { where, order: { id: 'ASC' }, lock: { mode: 'for_no_key_update' } });
    for (const offer of offers) {
      rule(offer);
      await tx.save(offer);
      const details = { businessId, revision: offer.revision };
      await this.audit.record(tx, { action, subject: { kind: 'offer', id: offer.id }, actor, details });
    }
  }
}

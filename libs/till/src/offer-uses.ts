import { Database } from '@carers/database';
import { Clock } from '@carers/kernel';
import { Injectable } from '@nestjs/common';

/** How one offer was used since a month began. */
export interface OfferUse {
  title: string;
  uses: number;
  /** Estimate in pence from the baskets that tills told; null where none was told. */
  savingPence: number | null;
}

/** Figures of offers for the business that gives them. */
@Injectable()
export class OfferUses {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Uses of each offer of a business in this calendar month, by London's clock; mistakes that were undone are left out. */
  async thisMonth(businessId: string): Promise<OfferUse[]> {
    const firstDay = `${this.clock.today().slice(0, 7)}-01`;
    return this.database.query<OfferUse>(
      `SELECT offer.title, count(redemption.id)::integer AS uses, sum(redemption.saving_pence) AS "savingPence"
         FROM offer
         LEFT JOIN redemption ON redemption.offer_id = offer.id AND redemption.undone_at IS NULL
                             AND redemption.occurred_at >= ($2::date::timestamp AT TIME ZONE 'Europe/London')
        WHERE offer.business_id = $1
        GROUP BY offer.id, offer.title, offer.status
       HAVING offer.status = 'published' OR count(redemption.id) > 0
        ORDER BY count(redemption.id) DESC, offer.title`,
      [businessId, firstDay],
    );
  }
}

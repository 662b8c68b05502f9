import { Database } from '@carers/database';
import { isUuid } from '@carers/kernel';
import { Injectable } from '@nestjs/common';

/** A use of an offer, as the cardholder sees it. */
export interface OwnUse {
  id: string;
  offerTitle: string;
  businessName: string;
  branchName: string;
  occurredAt: Date;
  /** Estimate in pence; null where the basket was not told. */
  savingPence: number | null;
  /** A mistake that the till took back. */
  undone: boolean;
  /** First name on the card: an account may hold those of several children. */
  printedName: string;
}

const pageSize = 25;

/** What the people of an account used their cards for, for as long as it is linked to them. */
@Injectable()
export class OwnUses {
  constructor(private readonly database: Database) {}

  /**
   * One page, the newest first, and where the next one begins.
   * @param since uses before it are left out: their link is about to be taken away
   */
  async of(
    cardholderIds: readonly string[],
    since: Date,
    cursor: string | null,
  ): Promise<{ uses: OwnUse[]; next: string | null }> {
    const [before, beforeId] = readCursor(cursor);
    const rows = await this.database.query<OwnUse>(
      `SELECT used.id, offer.title AS "offerTitle", business.name AS "businessName", branch.name AS "branchName",
              used.occurred_at AS "occurredAt", used.saving_pence AS "savingPence",
              used.undone_at IS NOT NULL AS undone, card.printed_name AS "printedName"
         FROM card
         CROSS JOIN LATERAL (
           SELECT * FROM redemption
            WHERE redemption.card_id = card.id AND redemption.occurred_at >= $2
              AND ($3::timestamptz IS NULL OR (redemption.occurred_at, redemption.id) < ($3, $4::uuid))
            ORDER BY redemption.occurred_at DESC, redemption.id DESC LIMIT ${pageSize + 1}) used
         JOIN offer ON offer.id = used.offer_id
         JOIN branch ON branch.id = used.branch_id
         JOIN business ON business.id = branch.business_id
        WHERE card.cardholder_id = ANY ($1::uuid[])
        ORDER BY used.occurred_at DESC, used.id DESC LIMIT ${pageSize + 1}`,
      [cardholderIds, since, before, beforeId],
    );
    const uses = rows.slice(0, pageSize);
    const last = uses.at(-1);
    return { uses, next: rows.length > pageSize && last ? `${last.occurredAt.getTime()}_${last.id}` : null };
  }
}

function readCursor(cursor: string | null): [Date, string] | [null, null] {
  const match = /^(\d{1,15})_(.+)$/.exec(cursor ?? '');
  return match && isUuid(match[2]!) ? [new Date(Number(match[1])), match[2]!] : [null, null];
}

import { Database, type PreparedStatement } from '@carers/database';
import { Clock } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import type { KnownTill } from './till-keys.js';
import { ScopeMissing, TillKeyRefused } from './till.problems.js';

/** A till that works no more, for what it has yet to tell. */
export interface EndedTill extends KnownTill {
  endedAt: Date;
}

/** One that ended lately, as its owner sees it. */
export interface EndedTillLine {
  id: string;
  branchId: string;
  name: string;
  endedAt: Date;
  /** Uses that it told of after its end, and that count. */
  toldSince: number;
}

/** For how long after its end a till may still tell what it did before, in days. */
export const tellsForDays = 30;

const byKey: PreparedStatement = {
  name: 'ended-till-by-key',
  text: `
    SELECT till.id, till.name, till.scopes, till.pin, branch.id AS "branchId", branch.name AS "branchName",
           business.id AS "businessId", business.name AS "businessName", business.status = 'published' AS working,
           CASE WHEN business.status <> 'published' THEN coalesce(business.left_at, business.decided_at, 'epoch') END
             AS "stoppedAt", least(till.ended_at, branch.closed_at) AS "endedAt"
      FROM till_key
      JOIN till ON till.id = till_key.till_id
      JOIN branch ON branch.id = till.branch_id
      JOIN business ON business.id = branch.business_id
     WHERE till_key.key_hash = $1 AND (till_key.ends_at IS NULL OR till_key.ends_at > $2)
       AND least(till.ended_at, branch.closed_at) > $2::timestamptz - interval '${tellsForDays} days'`,
};

/**
 * Tills that were ended, or whose place closed. They check no more cards; what they recorded while they were tills, and
 * could not send, happened all the same.
 */
@Injectable()
export class EndedTills {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** @throws TillKeyRefused when it is none's, or ended more than thirty days ago; ScopeMissing when it recorded none */
  async till(keyHash: string): Promise<EndedTill> {
    const [till] = await this.database.prepared<EndedTill>(byKey, [keyHash, this.clock.now()]);
    if (!till) throw new TillKeyRefused();
    if (!till.scopes.includes('redeem')) throw new ScopeMissing();
    return till;
  }

  /** The tills of a business that ended within that time, the last one first. */
  async ofBusiness(businessId: string): Promise<EndedTillLine[]> {
    return this.database.query<EndedTillLine>(
      `SELECT till.id, till.branch_id AS "branchId", till.name, till.ended_at AS "endedAt",
              (SELECT count(*)::integer FROM redemption
                WHERE redemption.branch_id = till.branch_id AND redemption.till_id = till.id
                  AND redemption.occurred_at > till.ended_at - interval '${tellsForDays + 1} days'
                  AND 'till_ended' = ANY (redemption.flags) AND redemption.undone_at IS NULL) AS "toldSince"
         FROM till JOIN branch ON branch.id = till.branch_id
        WHERE branch.business_id = $1 AND branch.closed_at IS NULL
          AND till.ended_at > $2::timestamptz - interval '${tellsForDays} days'
        ORDER BY till.ended_at DESC, till.id
        LIMIT 20`,
      [businessId, this.clock.now()],
    );
  }
}

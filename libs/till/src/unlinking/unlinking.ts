import { Database, type Tx } from '@carers/database';
import { Clock, dateInLondon } from '@carers/kernel';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';

/** What one run took the link from. */
export interface Unlinked {
  validations: number;
  redemptions: number;
  counters: number;
}

/** Rows of one transaction: a worker that dies loses no more than that, and nobody waits for it. */
const batch = 1_000;
const dayInMs = 86_400_000;

/**
 * Takes the link to a person from checks and uses that are older than the scheme keeps it (`retention.redemptionLink`).
 *
 * A check loses card and credential, a use its card and the counters that name the cardholder. Both get a new scan id,
 * each its own: the old one stands in the shop's own records, perhaps beside a card number, and joined a check with a
 * use. Offer, place, time and saving stay, so that every figure stays what it was. Counters of limits go once their
 * period is over; those of a running period stay, or a limit such as "once" would begin anew: they say how often
 * somebody used an offer, not where or when, and no use points at them any more.
 */
@Injectable()
export class Unlinking {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly scheme: SchemeService,
  ) {}

  /** Does all that is due, batch by batch. Stopped in the middle, the next run goes on where it ended. */
  async run(): Promise<Unlinked> {
    const now = this.clock.now();
    const { retention } = await this.scheme.policyOn(this.clock.today());
    const before = new Date(now.getTime() - retention.redemptionLink * dayInMs);
    return {
      validations: await this.inBatches((tx) => validations(tx, now, before)),
      redemptions: await this.inBatches((tx) => redemptions(tx, now, before)),
      counters:
        (await this.inBatches((tx) => pastCounters(tx, dateInLondon(now), dateInLondon(before)))) +
        (await this.inBatches((tx) => countersOfWithdrawn(tx, before))),
    };
  }

  private async inBatches(step: (tx: Tx) => Promise<number>): Promise<number> {
    for (let total = 0; ;) {
      const done = await this.database.transaction(step);
      total += done;
      if (done < batch) return total;
    }
  }
}

async function validations(tx: Tx, now: Date, before: Date): Promise<number> {
  return affected(
    await tx.query(
      `UPDATE validation SET card_id = NULL, credential_id = NULL, scan_id = gen_random_uuid(), unlinked_at = $1
        WHERE id IN (SELECT id FROM validation WHERE unlinked_at IS NULL AND at < $2
                      ORDER BY at LIMIT ${batch} FOR UPDATE)`,
      [now, before],
    ),
  );
}

async function redemptions(tx: Tx, now: Date, before: Date): Promise<number> {
  return affected(
    await tx.query(
      `UPDATE redemption SET card_id = NULL, scan_id = gen_random_uuid(), unlinked_at = $1,
              counted = ARRAY(SELECT scope FROM unnest(counted) WITH ORDINALITY AS each (scope, place)
                               WHERE scope NOT LIKE 'card:%' ORDER BY place)
        WHERE id IN (SELECT id FROM redemption WHERE unlinked_at IS NULL AND occurred_at < $2
                      ORDER BY occurred_at LIMIT ${batch} FOR UPDATE)`,
      [now, before],
    ),
  );
}

/** Counters of periods that began before the limit, unless the period still runs by the offer's present terms. */
async function pastCounters(tx: Tx, today: string, before: string): Promise<number> {
  return affected(
    await tx.query(
      `DELETE FROM offer_counter WHERE (offer_id, scope) IN (
         SELECT counter.offer_id, counter.scope
           FROM offer_counter counter JOIN offer ON offer.id = counter.offer_id
          WHERE counter.scope LIKE 'card:%:%' AND split_part(counter.scope, ':', 3) COLLATE "C" < $2
            AND split_part(counter.scope, ':', 3)
                IS DISTINCT FROM usage_period_start(offer.terms #>> '{limits,perCard,period}', $1::date)::text
          LIMIT ${batch})`,
      [today, before],
    ),
  );
}

/** Counters by cardholder of offers that nobody can use any more. */
async function countersOfWithdrawn(tx: Tx, before: Date): Promise<number> {
  return affected(
    await tx.query(
      `DELETE FROM offer_counter WHERE (offer_id, scope) IN (
         SELECT counter.offer_id, counter.scope
           FROM offer JOIN offer_counter counter ON counter.offer_id = offer.id AND counter.scope LIKE 'card:%'
          WHERE offer.withdrawn_at < $1 LIMIT ${batch})`,
      [before],
    ),
  );
}

/** TypeORM answers UPDATE and DELETE with rows and their number. */
function affected(result: unknown): number {
  return (result as [unknown[], number])[1];
}

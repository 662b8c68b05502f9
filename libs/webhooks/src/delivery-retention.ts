import { Database } from '@carers/database';
import { Clock } from '@carers/kernel';
import { Injectable } from '@nestjs/common';

/** Days for which an event can still be looked at and sent again. */
export const keptDays = 30;
/** Days for which the beginning of an answer is kept: long enough to see what went wrong, and whatever another system says of people in it goes. */
export const answerKeptDays = 7;
const batch = 5_000;

/** Deletes what is older than a month, with its deliveries: delivered, given up or never sent. */
@Injectable()
export class DeliveryRetention {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Takes away the answers of a week ago and before. @returns how many */
  async forgetAnswers(): Promise<number> {
    const before = new Date(this.clock.now().getTime() - answerKeptDays * 86_400_000);
    let taken = 0;
    for (;;) {
      const rows = await this.database.transaction(
        async (tx) =>
          (await tx.query(
            `WITH old AS (SELECT id FROM webhook_delivery WHERE last_body IS NOT NULL AND last_at < $1
                           ORDER BY last_at LIMIT ${batch} FOR UPDATE SKIP LOCKED),
                  taken AS (UPDATE webhook_delivery d SET last_body = NULL FROM old WHERE d.id = old.id RETURNING 1)
             SELECT count(*)::int AS count FROM taken`,
            [before],
          )) as { count: number }[],
      );
      taken += rows[0]!.count;
      if (rows[0]!.count < batch) return taken;
    }
  }

  /** @returns how many events were deleted */
  async forget(): Promise<number> {
    const before = new Date(this.clock.now().getTime() - keptDays * 86_400_000);
    let deleted = 0;
    for (;;) {
      const gone = await this.database.transaction(async (tx) => {
        const rows = (await tx.query(
          `WITH old AS (SELECT id FROM webhook_event WHERE happened_at < $1 ORDER BY happened_at LIMIT ${batch}
                         FOR UPDATE SKIP LOCKED),
                gone AS (DELETE FROM webhook_event e USING old WHERE e.id = old.id RETURNING 1)
           SELECT count(*)::int AS count FROM gone`,
          [before],
        )) as { count: number }[];
        return rows[0]!.count;
      });
      deleted += gone;
      if (gone < batch) return deleted;
    }
  }
}

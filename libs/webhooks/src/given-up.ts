import type { Tx } from '@carers/database';
import { Clock } from '@carers/kernel';
import { Injectable } from '@nestjs/common';

/** An endpoint at which events were given up since its owner was last told. */
export interface GivenUp {
  endpointId: string;
  ownerId: string;
  url: string;
  /** How many events, since the last time that the owner was told. */
  count: number;
}

/** How long the owner of an endpoint hears nothing more of it: a little less than a day, for the morning is never quite the same. */
const quietHours = 20;

/** Finds what was given up and nobody has been told of. */
@Injectable()
export class GivenUpEvents {
  constructor(private readonly clock: Clock) {}

  /**
   * The endpoints of a kind of owner at which something was given up that they do not know of. They count as told when the
   * transaction is saved: whoever asks at the same moment gets others.
   * @param atMost how many endpoints
   */
  async take(tx: Tx, ownerKind: string, atMost: number): Promise<GivenUp[]> {
    const now = this.clock.now();
    const quietSince = new Date(now.getTime() - quietHours * 3_600_000);
    return (await tx.query(
      `WITH due AS (
         SELECT e.id, e.given_up_told_at AS told_at FROM webhook_endpoint e
          WHERE e.owner_kind = $1 AND e.deleted_at IS NULL
            AND (e.given_up_told_at IS NULL OR e.given_up_told_at <= $2)
            AND EXISTS (SELECT FROM webhook_delivery d WHERE d.endpoint_id = e.id AND d.state = 'failed'
                           AND (e.given_up_told_at IS NULL OR d.last_at > e.given_up_told_at))
          ORDER BY e.id LIMIT $4 FOR UPDATE SKIP LOCKED),
       told AS (
         UPDATE webhook_endpoint e SET given_up_told_at = $3 FROM due WHERE e.id = due.id
         RETURNING e.id, e.owner_id, e.url, due.told_at)
       SELECT id AS "endpointId", owner_id AS "ownerId", url,
              (SELECT count(*)::int FROM webhook_delivery d WHERE d.endpoint_id = told.id AND d.state = 'failed'
                  AND (told.told_at IS NULL OR d.last_at > told.told_at)) AS count
         FROM told ORDER BY id`,
      [ownerKind, quietSince, now, atMost],
    )) as GivenUp[];
  }
}

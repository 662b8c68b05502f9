import { Database } from '@carers/database';
import type { Channel } from '@carers/information-service';
import { isUuid } from '@carers/kernel';
import { Suppressions } from '@carers/suppression';
import { Injectable } from '@nestjs/common';

/** What came back about a copy. */
export interface Report {
  deliveryId: string;
  /** `soft`: not now, as for a full mailbox. `complaint`: the reader pressed "this is spam". */
  kind: 'delivered' | 'hard' | 'soft' | 'complaint';
  at: Date;
}

interface Found {
  channel: Channel;
  state: string;
  addressHash: string | null;
}

/**
 * Takes reports of what became of copies that were sent. Each is about the address that the copy went to, whatever its
 * person gave since. A report that comes twice counts once.
 */
@Injectable()
export class Settlements {
  constructor(
    private readonly database: Database,
    private readonly suppressions: Suppressions,
  ) {}

  /** @returns whether it was about a copy of ours */
  async take({ deliveryId, kind, at }: Report): Promise<boolean> {
    if (!isUuid(deliveryId)) return false;
    return this.database.transaction(async (tx) => {
      const [found] = (await tx.query(
        `SELECT channel, state, address_hash AS "addressHash" FROM delivery WHERE id = $1 FOR UPDATE`,
        [deliveryId],
      )) as Found[];
      if (!found) return false;
      // Read again, as a whole mailbox may be: an officer may have freed the address since.
      if (found.state === 'bounced' && (kind === 'hard' || kind === 'soft')) return true;
      // A server may say both: what says that it did not arrive is believed.
      const state = kind === 'delivered' ? 'delivered' : kind === 'complaint' ? null : 'bounced';
      if (state && ['sent', 'printed', 'unknown', 'delivered'].includes(found.state))
        await tx.query('UPDATE delivery SET state = $2, settled_at = $3 WHERE id = $1', [deliveryId, state, at]);
      const { channel, addressHash } = found;
      if (!addressHash) return true;
      const addressee = { channel, addressHash };
      const about = { kind: 'delivery', id: deliveryId };
      if (kind === 'delivered') await this.suppressions.delivered(tx, { ...addressee, at });
      else if (kind === 'complaint')
        await this.suppressions.suppress(tx, { ...addressee, reason: 'complaint', about }, reporter);
      else await this.suppressions.bounced(tx, { ...addressee, kind, at, about });
      return true;
    });
  }
}

const reporter = { kind: 'system', id: 'bounces' } as const;

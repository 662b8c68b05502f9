import { Database } from '@carers/database';
import type { Channel } from '@carers/information-service';
import { isUuid } from '@carers/kernel';
import { MessageReports } from '@carers/messages';
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
    private readonly messages: MessageReports,
  ) {}

  /**
   * Other messages go by the same providers and bear their id in the same places: what is no copy may be one of them.
   * @returns whether it was about anything of ours
   */
  async take(report: Report): Promise<boolean> {
    const { deliveryId, ...rest } = report;
    if (!isUuid(deliveryId)) return false;
    return (await this.ofCopy(report)) || this.messages.take({ messageId: deliveryId, ...rest });
  }

  private async ofCopy({ deliveryId, kind, at }: Report): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const [found] = (await tx.query(
        `SELECT channel, state, address_hash AS "addressHash" FROM delivery WHERE id = $1 FOR UPDATE`,
        [deliveryId],
      )) as Found[];
      if (!found) return false;
      // A server may say both: what says that it did not arrive is believed.
      const state = kind === 'delivered' ? 'delivered' : kind === 'complaint' ? null : 'bounced';
      if (state && ['sent', 'printed', 'unknown', 'delivered'].includes(found.state))
        await tx.query('UPDATE delivery SET state = $2, settled_at = $3 WHERE id = $1', [deliveryId, state, at]);
      const { channel, addressHash } = found;
      if (!addressHash) return true;
      const addressee = { channel, addressHash };
      const about = { kind: 'delivery', id: deliveryId };
      if (kind === 'delivered') await this.suppressions.delivered(tx, { ...addressee, at });
      else if (kind === 'complaint') await this.suppressions.complained(tx, { ...addressee, at, about });
      else await this.suppressions.bounced(tx, { ...addressee, kind, at, about });
      return true;
    });
  }
}

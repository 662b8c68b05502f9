import { TillArrangement, TillBarcode, TillCode } from '@carers/chains';
import type { Tx } from '@carers/database';
import { Clock } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { type DemoChain, readChains } from '../data-files.js';
import { demoActor } from '../demo-marks.js';
import type { DemoPart } from '../demo-part.js';
import { DemoPast, insertAll } from '../demo-past.js';

/** Days ago on which the chains' offices sent their numbers. */
const setUp = 30;

/** What the tills of chains know offers by: a number for everybody at one, codes that work once at another. */
@Injectable()
export class ChainsPart implements DemoPart {
  readonly name = 'chains';

  constructor(private readonly clock: Clock) {}

  async prepare() {
    const told = await readChains();
    return async (tx: Tx) => {
      const past = new DemoPast(this.clock.now(), 'chains');
      for (const chain of told) await this.enter(tx, past, chain);
      await past.writeEvents(tx);
      return `Barcodes for the tills of ${told.length} chains`;
    };
  }

  private async enter(tx: Tx, past: DemoPast, { business, offer, ean13, codes }: DemoChain): Promise<void> {
    const [found] = await tx.query<{ id: string; businessId: string }[]>(
      `SELECT offer.id, business_id AS "businessId" FROM offer JOIN business ON business.id = business_id
        WHERE business.name = $1 AND offer.title = $2 AND business.kind = 'chain'`,
      [business, offer],
    );
    if (!found) throw new Error(`${business}: there is no offer "${offer}".`);
    const at = past.daysAgo(setUp);
    const { id: offerId, businessId } = found;
    const kind = ean13 ? ('static' as const) : ('pool' as const);
    const added = codes?.count ?? 0;
    await tx.insert(TillArrangement, { offerId, businessId, kind, added, handed: 0, warnedAt: null, changedAt: at });
    if (ean13) await tx.insert(TillBarcode, { businessId, ean13, offerId, since: at, endedAt: null });
    await insertAll(
      tx,
      TillCode,
      Array.from({ length: added }, (_, index) =>
        Object.assign(new TillCode(), {
          ...{ id: past.id(at), businessId, offerId, symbology: 'code128' as const, addedAt: at },
          code: `${codes!.prefix}${String(index * 7_919 + past.between(0, 7_918)).padStart(8, '0')}`,
          ...{ handedAt: null, cardholderId: null, cardId: null, period: null, turn: null, usedAt: null },
        }),
      ),
    );
    past.note(at, 'till-arrangement.chosen', 'till-arrangement', offerId, demoActor, { details: { kind } });
  }
}

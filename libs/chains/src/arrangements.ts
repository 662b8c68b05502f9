import { type Actor, Audit } from '@carers/audit';
import { type Business, Businesses } from '@carers/businesses';
import { isEan13 } from '@carers/credentials';
import { Database, type Tx } from '@carers/database';
import { Clock, InvalidInput } from '@carers/kernel';
import { type Offer, Offers } from '@carers/offers';
import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { NotAChain } from './chains.problems.js';
import { type ArrangementKind, TillArrangement } from './till-arrangement.entity.js';
import { TillBarcode } from './till-barcode.entity.js';

/** An offer of a chain with how its tills know it. */
export interface ArrangedOffer {
  offer: Offer;
  arrangement: TillArrangement | null;
  /** The number in use, where there is one for everybody. */
  ean13: string | null;
}

/** How the tills of a chain know its offers: what owners and staff decide. */
@Injectable()
export class Arrangements {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly audit: Audit,
    private readonly businesses: Businesses,
    private readonly offers: Offers,
  ) {}

  /** @throws BusinessNotFound, NotAChain */
  async chain(businessId: string): Promise<Business> {
    const business = await this.businesses.get(businessId);
    if (business.kind !== 'chain') throw new NotAChain();
    return business;
  }

  /** The offers of a chain that are in force or may be again, the newest first. */
  async ofBusiness(businessId: string): Promise<ArrangedOffer[]> {
    const { reader } = this.database;
    const [offers, arrangements, barcodes] = await Promise.all([
      this.offers.allOf(businessId),
      reader.findBy(TillArrangement, { businessId }),
      reader.findBy(TillBarcode, { businessId, endedAt: IsNull() }),
    ]);
    return offers
      .filter(({ agreed }) => agreed)
      .map((offer) => ({
        offer,
        arrangement: arrangements.find(({ offerId }) => offerId === offer.id) ?? null,
        ean13: barcodes.find(({ offerId }) => offerId === offer.id)?.ean13 ?? null,
      }));
  }

  /** One offer of this business. @throws OfferNotFound */
  async ofOffer(businessId: string, offerId: string): Promise<ArrangedOffer> {
    const offer = await this.offers.ofBusiness(businessId, offerId);
    const { reader } = this.database;
    const [arrangement, barcode] = await Promise.all([
      reader.findOneBy(TillArrangement, { offerId }),
      reader.findOneBy(TillBarcode, { offerId, endedAt: IsNull() }),
    ]);
    return { offer, arrangement, ean13: barcode?.ean13 ?? null };
  }

  /** Whether cardholders find something for tills at an offer. */
  async isArranged(offerId: string): Promise<boolean> {
    const rows = await this.database.query(`SELECT FROM till_arrangement WHERE offer_id = $1 AND kind <> 'none'`, [
      offerId,
    ]);
    return rows.length > 0;
  }

  /**
   * From now on tills know the offer by this number. An older one is kept, for what was sold under it is told of later.
   * @throws OfferNotFound, InvalidInput for a number that is no EAN-13, or of another offer
   */
  async useBarcode(businessId: string, offerId: string, typed: string, actor: Actor): Promise<void> {
    const ean13 = typed.replace(/[\s-]/g, '');
    if (!isEan13(ean13)) throw refused(/^\d{13}$/.test(ean13) ? 'ean-check-digit' : 'ean-not-13');
    await this.offers.ofBusiness(businessId, offerId);
    await this.database.transaction(async (tx) => {
      await lockedArrangement(tx, businessId, offerId, this.clock.now());
      await lockNumbers(tx, businessId);
      const [taken] = await tx.query<unknown[]>('SELECT FROM till_code WHERE business_id = $1 AND code = $2', [
        businessId,
        ean13,
      ]);
      if (taken) throw refused('ean-is-code');
      await tx.query('UPDATE till_barcode SET ended_at = $2 WHERE offer_id = $1 AND ended_at IS NULL AND ean13 <> $3', [
        offerId,
        this.clock.now(),
        ean13,
      ]);
      const kept = await tx.query<unknown[]>(
        `INSERT INTO till_barcode AS known (business_id, ean13, offer_id, since) VALUES ($1, $2, $3, $4)
         ON CONFLICT ON CONSTRAINT pk_till_barcode DO UPDATE SET ended_at = NULL WHERE known.offer_id = excluded.offer_id
         RETURNING ean13`,
        [businessId, ean13, offerId, this.clock.now()],
      );
      if (kept.length === 0) throw refused('ean-taken');
      await this.choose(tx, offerId, 'static', actor, { ean13 });
    });
  }

  /** Goes over to the pool, or to nothing at all; numbers and codes are kept. @throws OfferNotFound */
  async use(
    businessId: string,
    offerId: string,
    kind: Exclude<ArrangementKind, 'static'>,
    actor: Actor,
  ): Promise<void> {
    await this.offers.ofBusiness(businessId, offerId);
    await this.database.transaction(async (tx) => {
      await lockedArrangement(tx, businessId, offerId, this.clock.now());
      await tx.query('UPDATE till_barcode SET ended_at = $2 WHERE offer_id = $1 AND ended_at IS NULL', [
        offerId,
        this.clock.now(),
      ]);
      await this.choose(tx, offerId, kind, actor);
    });
  }

  private async choose(
    tx: Tx,
    offerId: string,
    kind: ArrangementKind,
    actor: Actor,
    details: Record<string, string> = {},
  ): Promise<void> {
    await tx.update(TillArrangement, { offerId }, { kind, changedAt: this.clock.now() });
    await this.audit.record(tx, {
      action: 'till-arrangement.chosen',
      subject: { kind: 'till-arrangement', id: offerId },
      actor,
      details: { kind, ...details },
    });
  }
}

/** The arrangement of an offer, its row locked until the transaction ends; made where there was none. */
export async function lockedArrangement(
  tx: Tx,
  businessId: string,
  offerId: string,
  now: Date,
): Promise<TillArrangement> {
  await tx.query(
    `INSERT INTO till_arrangement (offer_id, business_id, kind, changed_at) VALUES ($1, $2, 'none', $3)
     ON CONFLICT ON CONSTRAINT pk_till_arrangement DO NOTHING`,
    [offerId, businessId, now],
  );
  return tx.findOneOrFail(TillArrangement, { where: { offerId }, lock: { mode: 'pessimistic_write' } });
}

/** Numbers and codes of a business are each one thing's only: whoever adds some waits for whoever else does. */
export async function lockNumbers(tx: Tx, businessId: string): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('till codes ' || $1, 0))`, [businessId]);
}

function refused(why: string): InvalidInput {
  return new InvalidInput([{ field: 'ean13', message: `chains:errors.${why}` }]);
}

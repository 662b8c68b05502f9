import { Business } from '@carers/businesses';
import type { Held } from '@carers/cards';
import { constraintOf, Database, type Tx } from '@carers/database';
import { Clock, isUuid } from '@carers/kernel';
import { evaluateOffer, type OfferReason } from '@carers/offer-rules';
import { Offer, OfferNotFound } from '@carers/offers';
import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { ChainsMail } from './chains-mail.js';
import { NoTillCode } from './chains.problems.js';
import { handingTerms, periodAt } from './code-period.js';
import { handFree, usageOf } from './code-statements.js';
import { TillArrangement } from './till-arrangement.entity.js';
import { TillBarcode } from './till-barcode.entity.js';
import { TillCode } from './till-code.entity.js';

/** An offer in force with how tills know it. */
export interface OfferAtTills {
  offer: Offer;
  business: Business;
  arrangement: TillArrangement;
}

/** What somebody may show at a till, or why nothing. */
export interface TillCodesView {
  /** Codes that are theirs in this period, the first first; the one number of all where there is one. */
  codes: Pick<TillCode, 'code' | 'symbology'>[];
  /** Which code they may ask for next; null where they may ask for none. */
  nextTurn: number | null;
  /** Why they may ask for none, where it is not that they have them all. */
  refusal: { reason: OfferReason; nextUsableAt: Date | null } | null;
  /** No code is left for anybody. */
  empty: boolean;
}

/** Shows and hands out what a cardholder holds under the scanner of a chain's till. */
@Injectable()
export class TillCodes {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly mail: ChainsMail,
  ) {}

  /** An offer in force of a business in force that tills know. @throws OfferNotFound, NoTillCode */
  async offer(offerId: string): Promise<OfferAtTills> {
    if (!isUuid(offerId)) throw new OfferNotFound();
    const { reader } = this.database;
    const offer = await reader.findOneBy(Offer, { id: offerId, status: 'published' });
    const business = offer && (await reader.findOneBy(Business, { id: offer.businessId, status: 'published' }));
    if (!business) throw new OfferNotFound();
    const arrangement = await reader.findOneBy(TillArrangement, { offerId });
    if (!arrangement || arrangement.kind === 'none') throw new NoTillCode();
    return { offer, business, arrangement };
  }

  /** What a cardholder whose card works may show now. Changes nothing. */
  async look({ offer, arrangement }: OfferAtTills, held: Held): Promise<TillCodesView> {
    const { reader } = this.database;
    const at = this.clock.now();
    const { answer, codes } = await this.judge(reader, offer, held, at);
    const refusal = answer.usable ? null : { reason: answer.reason, nextUsableAt: answer.nextUsableAt };
    if (arrangement.kind === 'static') {
      const barcode = await reader.findOneBy(TillBarcode, { offerId: offer.id, endedAt: IsNull() });
      const shown = barcode && !refusal ? [{ code: barcode.ean13, symbology: 'ean13' as const }] : [];
      return { codes: shown, nextTurn: null, refusal, empty: !barcode };
    }
    const nextTurn = answer.usable ? codes.length + 1 : null;
    const allTaken = refusal?.reason === 'limit_reached' && codes.length > 0;
    return { codes, nextTurn, refusal: allTaken ? null : refusal, empty: arrangement.left === 0 };
  }

  /**
   * Hands a cardholder the `turn`th code of this period, or the one they have for it: asked twice, it is one code. Two
   * people never get the same, however many ask at once.
   * @returns false where the pool is empty or the offer's rules say no: `look` tells which
   * @throws OfferNotFound, NoTillCode
   */
  async hand(offerId: string, held: Held, turn: number): Promise<boolean> {
    const { offer, business } = await this.offer(offerId);
    const run = () => this.database.transaction((tx) => this.handIn(tx, offer, business, held, turn));
    try {
      return await run();
    } catch (error) {
      // Somebody else handed this person the same turn in this moment: now it is there to be seen.
      if (constraintOf(error) !== 'uq_till_code__holder_turn') throw error;
      return run();
    }
  }

  private async handIn(tx: Tx, offer: Offer, business: Business, held: Held, turn: number): Promise<boolean> {
    // One at a time for an offer: its limits are counted over everybody's codes.
    const arrangement = await tx.findOne(TillArrangement, {
      where: { offerId: offer.id },
      lock: { mode: 'pessimistic_write' },
    });
    if (arrangement?.kind !== 'pool') return false;
    const at = this.clock.now();
    const { answer, codes, period } = await this.judge(tx, offer, held, at);
    if (turn <= codes.length) return true;
    if (!answer.usable) return false;
    const handed = await handFree(tx, offer.id, {
      at,
      cardholderId: held.cardholder.id,
      cardId: held.card.id,
      period,
      turn: codes.length + 1,
    });
    if (!handed) return false;
    arrangement.handed += 1;
    const warn = arrangement.runsLow && arrangement.warnedAt === null;
    await tx.update(
      TillArrangement,
      { offerId: offer.id },
      { handed: arrangement.handed, ...(warn && { warnedAt: at }) },
    );
    if (warn) await this.mail.runningLow(tx, business, offer, arrangement.left);
    return true;
  }

  private async judge(reader: Tx | Database['reader'], offer: Offer, { cardholder, card }: Held, at: Date) {
    const terms = handingTerms(offer.terms);
    const period = periodAt(terms, at);
    const codes = await reader.find(TillCode, {
      where: { offerId: offer.id, cardholderId: cardholder.id, period },
      order: { turn: 'ASC' },
    });
    const counted = await usageOf(reader, offer, cardholder.id, at);
    // Uses that the chain told of are in the counters, where the offer has a limit per card; else all codes count.
    const open = offer.terms.limits?.perCard ? codes.filter(({ usedAt }) => !usedAt).length : codes.length;
    const answer = evaluateOffer({
      terms,
      at,
      card: {
        kind: card.kind,
        bornOn: terms.minimumAge ? cardholder.birthDate : null,
        hoursOfCaring: cardholder.hoursOfCaring,
      },
      usage: { card: counted.card + open, today: counted.today, total: counted.total },
    });
    return { answer, codes, period };
  }
}

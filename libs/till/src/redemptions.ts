import { Database } from '@carers/database';
import { Clock, dateInLondon, Ids, InvalidInput } from '@carers/kernel';
import { evaluateOffer } from '@carers/offer-rules';
import { Injectable } from '@nestjs/common';
import { factsOf, usageOf } from './offer-lines.js';
import type { TillReason } from './reasons.js';
import type { RedeemAnswer } from './redeem.statement.js';
import { scanStatement, type ScanRow } from './scan.statement.js';
import type { RedemptionRequest } from './till-forms.js';
import { TillStatement } from './till-statement.js';
import { NoAcceptedValidation, OfferNotUsable, ScopeMissing, TillKeyRefused } from './till.problems.js';
import { type AcceptedScan, Validations } from './validations.js';

/** A use of an offer, as the API gives it. Money in whole pence; null where the basket was not told. */
export interface RedemptionAnswer {
  id: string;
  scanId: string;
  offerId: string;
  occurredAt: string;
  savingPence: number | null;
  undone: boolean;
}

/** Records uses of offers. The rules are worked out here, the limits are the database's. */
@Injectable()
export class Redemptions {
  constructor(
    private readonly database: Database,
    private readonly statement: TillStatement,
    private readonly validations: Validations,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /**
   * Records that a cardholder used an offer, after an accepted validation of the same scan. Asked again with the same
   * scan and offer, it answers the same and counts nothing.
   * @throws TillKeyRefused, NoAcceptedValidation, OfferNotUsable, InvalidInput for a time that cannot be
   */
  async redeem(keyHash: string, request: RedemptionRequest): Promise<{ isNew: boolean; redemption: RedemptionAnswer }> {
    const scanId = request.scanId.toLowerCase();
    const at = this.clock.now();
    const occurredAt = request.occurredAt === undefined ? at : whenItHappened(request.occurredAt, at);
    let scan = this.validations.recall(keyHash, scanId);
    for (let attempt = 1; attempt <= 3; attempt++) {
      scan ??= (await this.read(keyHash, scanId, request.offerId, at)).scan;
      const offer = scan.offers.find(({ id }) => id === request.offerId);
      const rules = offer ? this.judge(scan, offer, request, occurredAt) : null;
      const row = await this.statement.record({
        keyHash,
        scanId,
        offerId: request.offerId,
        revision: rules?.refusal || !offer ? -1 : offer.revision,
        redemptionId: this.ids.next(),
        at,
        occurredAt,
        today: dateInLondon(occurredAt),
        basket: request.basketPence ?? null,
        saving: rules?.saving ?? null,
      });
      if (row.answer === 'terms_changed') {
        // The rules refused it, and it was not redeemed before: that is the answer. Else the terms are new: look again.
        if (rules?.refusal) throw await this.whyRefused(keyHash, scanId, request, occurredAt, rules.refusal);
        this.validations.forget(scanId);
        scan = null;
        continue;
      }
      if (row.answer === 'limit_reached') {
        throw await this.whyRefused(keyHash, scanId, request, occurredAt, new OfferNotUsable('limit_reached'));
      }
      return this.answerOf(row, scanId, request.offerId);
    }
    throw new OfferNotUsable('offer_not_here');
  }

  private judge(scan: AcceptedScan, offer: AcceptedScan['offers'][number], request: RedemptionRequest, at: Date) {
    // A scan is accepted for the day of the scan; used again later, it must not outlive the card.
    if (dateInLondon(at) > scan.validUntil) return { refusal: new OfferNotUsable('expired'), saving: null };
    // Without the uses so far: what is left of a limit is the database's to say, in the statement that counts the use.
    const answer = evaluateOffer({
      terms: offer.terms,
      branchId: scan.branchId,
      at,
      card: scan.facts,
      basketPence: request.basketPence ?? null,
    });
    return answer.usable
      ? { refusal: null, saving: answer.savingPence }
      : { refusal: new OfferNotUsable(answer.reason, answer.nextUsableAt), saving: null };
  }

  /**
   * The same refusal with the uses so far, which decide when the offer can be used again, and go before the basket. A
   * limit is settled in the statement that counts: a use that was given back in this moment changes nothing about that.
   */
  private async whyRefused(
    keyHash: string,
    scanId: string,
    request: RedemptionRequest,
    at: Date,
    refusal: OfferNotUsable,
  ): Promise<OfferNotUsable> {
    if (!['offer_not_now', 'limit_reached', 'below_minimum_spend'].includes(refusal.reason)) return refusal;
    const { scan, uses } = await this.read(keyHash, scanId, request.offerId, this.clock.now(), dateInLondon(at));
    const offer = scan.offers.find(({ id }) => id === request.offerId);
    if (!offer) return refusal;
    const answer = evaluateOffer({
      terms: offer.terms,
      branchId: scan.branchId,
      at,
      card: scan.facts,
      basketPence: request.basketPence ?? null,
      usage: usageOf(offer.id, uses),
    });
    return answer.usable ? refusal : new OfferNotUsable(answer.reason, answer.nextUsableAt);
  }

  /** Reads an accepted scan anew: it was answered by another process, or its terms changed since. */
  private async read(keyHash: string, scanId: string, offerId: string, now: Date, day = dateInLondon(now)) {
    const [row] = await this.database.prepared<ScanRow>(scanStatement, [keyHash, scanId, offerId, now, day]);
    if (!row) throw new TillKeyRefused();
    if (!row.kind || !row.valid_until) throw new NoAcceptedValidation();
    const { branch_id: branchId, valid_until: validUntil, offers, uses } = row;
    return { scan: { branchId, validUntil, facts: factsOf(row), offers: offers ?? [] }, uses: uses ?? [] };
  }

  private answerOf(row: RedeemAnswer, scanId: string, offerId: string) {
    switch (row.answer) {
      case 'redeemed':
      case 'again':
        return {
          isNew: row.answer === 'redeemed',
          redemption: {
            id: row.id,
            scanId,
            offerId,
            occurredAt: row.happened.toISOString(),
            savingPence: row.saved,
            undone: row.undone,
          },
        };
      case 'unknown_till':
        throw new TillKeyRefused();
      case 'scope_missing':
        throw new ScopeMissing();
      case 'no_validation':
        throw new NoAcceptedValidation();
      default:
        throw new OfferNotUsable(row.answer as TillReason);
    }
  }
}

/**
 * A shop's system may tell at night, and its clock be a little ahead. Further back it would spend the limits of days gone
 * by, unseen: the upload takes such uses, and flags what the limits would have refused.
 */
function whenItHappened(told: string, now: Date): Date {
  const at = new Date(told);
  const minutesAgo = (now.getTime() - at.getTime()) / 60_000;
  if (minutesAgo < -5) throw new InvalidInput([{ field: 'occurredAt', message: 'till:errors.occurred-in-future' }]);
  if (minutesAgo > 24 * 60)
    throw new InvalidInput([{ field: 'occurredAt', message: 'till:errors.occurred-too-long-ago' }]);
  return at;
}

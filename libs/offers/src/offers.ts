import { type Actor, Audit } from '@carers/audit';
import { Branch, type Business, Businesses, slugFrom } from '@carers/businesses';
import { Database, type Tx } from '@carers/database';
import { Clock, Ids, InvalidInput } from '@carers/kernel';
import { parseOfferTerms } from '@carers/offer-rules';
import { Injectable } from '@nestjs/common';
import { In, IsNull } from 'typeorm';
import { Offer, type OfferContent } from './offer.entity.js';
import { OfferMail } from './offer-mail.js';
import { OfferWording } from './offer-wording.js';
import { OfferChangedMeanwhile, OfferNotFound } from './offers.problems.js';

interface Locked {
  offer: Offer;
  business: Business;
}

type Rule = (offer: Offer, business: Business) => void;

/** One offer that waits for the staff, with what they need to know to decide. */
export interface WaitingOffer {
  id: string;
  businessId: string;
  businessName: string;
  businessStatus: string;
  title: string;
  sentence: string;
  /** A change to an offer that is already published. */
  change: boolean;
  waitingSince: Date;
}

/**
 * What can be done with offers. The directory's rows follow by themselves when a transaction commits: triggers lay
 * anew whatever it changed (see the migration).
 */
@Injectable()
export class Offers {
  static readonly queuePage = 50;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly audit: Audit,
    private readonly businesses: Businesses,
    private readonly wording: OfferWording,
    private readonly mail: OfferMail,
  ) {}

  /**
   * A new offer that only its owner sees.
   * @throws BusinessNotFound, InvalidInput for terms that are not possible or branches of somebody else
   */
  async draft(tx: Tx, businessId: string, content: OfferContent, actor: Actor): Promise<Offer> {
    const business = await this.businesses.locked(tx, businessId);
    business.mustBeEditable();
    const checked = await this.checked(tx, business, content);
    const text = this.wording.of(checked);
    const offer = tx.create(Offer, {
      id: this.ids.next(),
      businessId,
      slug: await freeSlug(tx, slugFrom(`${text.title} ${business.name}`, 'offer')),
      ...checked,
      ...text,
      revision: 1,
      proposed: null,
      proposedAt: null,
      status: 'draft',
      declineReason: null,
      lastConfirmedOn: null,
      createdAt: this.clock.now(),
      submittedAt: null,
      publishedAt: null,
      withdrawnAt: null,
      withheldAt: null,
    });
    await tx.insert(Offer, offer);
    await this.note(tx, 'offer.drafted', offer, actor);
    return offer;
  }

  /** Hands a draft, or a declined offer that was put right, to the staff. @throws OfferNotFound, OfferStatusForbids */
  async submit(tx: Tx, offerId: string, actor: Actor): Promise<Offer> {
    const submit = (offer: Offer) => offer.submit(this.clock.now());
    return (await this.change(tx, offerId, 'offer.submitted', actor, submit)).offer;
  }

  /**
   * Changes an offer. What staff agreed to stays in force until they agree to the change.
   * @param seen what `versionOf` gave when the form was opened: nobody replaces a colleague's change unread
   * @throws OfferNotFound, OfferStatusForbids, InvalidInput, OfferChangedMeanwhile
   */
  async edit(offerId: string, content: OfferContent, actor: Actor, seen?: string): Promise<Offer> {
    return this.database.transaction(async (tx) => {
      const { offer, business } = await this.locked(tx, offerId);
      mustBeAsSeen(offer, seen);
      const checked = await this.checked(tx, business, content);
      offer.edit(checked, this.wording.of(checked), this.clock.now());
      await tx.save(offer);
      await this.note(tx, 'offer.edited', offer, actor);
      return offer;
    });
  }

  /**
   * Staff agree to an offer, or to a change of it, and its owner is told.
   * @param seen what `versionOf` gave when the decision was made: a later change is not agreed to unread
   * @throws OfferNotFound, NothingToDecide, OfferChangedMeanwhile
   */
  async publish(offerId: string, actor: Actor, seen?: string): Promise<Offer> {
    return this.database.transaction(async (tx) => {
      const today = this.clock.today();
      const publish = (found: Offer, business: Business) => {
        mustBeAsSeen(found, seen);
        const words = found.proposed && this.wording.of(found.proposed);
        found.publish(this.clock.now(), today, words, business.mayVisitHomes(today));
      };
      const { offer, business } = await this.change(tx, offerId, 'offer.published', actor, publish);
      await this.mail.published(tx, business, offer);
      return offer;
    });
  }

  /**
   * Staff say no, with what would change it, and its owner is told. A published offer stays as it was.
   * @throws OfferNotFound, NothingToDecide, OfferChangedMeanwhile
   */
  async decline(offerId: string, reason: string, actor: Actor, seen?: string): Promise<Offer> {
    return this.database.transaction(async (tx) => {
      const decline = (found: Offer) => {
        mustBeAsSeen(found, seen);
        found.decline(reason);
      };
      const { offer, business } = await this.change(tx, offerId, 'offer.declined', actor, decline, reason);
      await this.mail.declined(tx, business, offer, reason);
      return offer;
    });
  }

  /** Hides an offer for a while. @throws OfferNotFound, OfferStatusForbids */
  async pause(offerId: string, actor: Actor): Promise<Offer> {
    return this.changeAlone(offerId, 'offer.paused', actor, (offer) => offer.pause());
  }

  /** Shows a paused offer again. @throws OfferNotFound, OfferStatusForbids */
  async resume(offerId: string, actor: Actor): Promise<Offer> {
    const today = this.clock.today();
    return this.changeAlone(offerId, 'offer.resumed', actor, (offer, business) =>
      offer.resume(this.clock.now(), today, business.mayVisitHomes(today)),
    );
  }

  /** Ends an offer for good. @throws OfferNotFound, OfferStatusForbids */
  async withdraw(offerId: string, actor: Actor): Promise<Offer> {
    return this.changeAlone(offerId, 'offer.withdrawn', actor, (offer) => offer.withdraw(this.clock.now()));
  }

  /** Its owner says that it is right as it stands. @throws OfferNotFound, OfferStatusForbids */
  async confirm(offerId: string, actor: Actor): Promise<Offer> {
    return this.changeAlone(offerId, 'offer.confirmed', actor, (offer) => offer.confirm(this.clock.today()));
  }

  /** @throws OfferNotFound */
  async get(offerId: string): Promise<Offer> {
    const offer = await this.database.reader.findOneBy(Offer, { id: offerId });
    if (!offer) throw new OfferNotFound();
    return offer;
  }

  /** An offer of this business: what an owner's page asks for. @throws OfferNotFound */
  async ofBusiness(businessId: string, offerId: string): Promise<Offer> {
    const offer = await this.database.reader.findOneBy(Offer, { id: offerId, businessId });
    if (!offer) throw new OfferNotFound();
    return offer;
  }

  /** All offers of a business, the newest first. */
  async allOf(businessId: string): Promise<Offer[]> {
    return this.database.reader.find(Offer, { where: { businessId }, order: { createdAt: 'DESC', id: 'DESC' } });
  }

  /** What waits for the staff, the longest first. @param after how many to pass over */
  async waiting(after = 0): Promise<{ offers: WaitingOffer[]; more: boolean }> {
    const rows = await this.database.query<WaitingOffer & { [column: string]: unknown }>(
      `SELECT offer.id, business.id AS "businessId", business.name AS "businessName",
              business.status AS "businessStatus", offer.title, offer.sentence,
              offer.proposed IS NOT NULL AS change, coalesce(offer.proposed_at, offer.submitted_at) AS "waitingSince"
         FROM offer JOIN business ON business.id = offer.business_id
        WHERE offer.status = 'submitted' OR offer.proposed IS NOT NULL
        ORDER BY coalesce(offer.proposed_at, offer.submitted_at), offer.id
        OFFSET $1 LIMIT $2`,
      [after, Offers.queuePage + 1],
    );
    return { offers: rows.slice(0, Offers.queuePage), more: rows.length > Offers.queuePage };
  }

  private async changeAlone(id: string, action: string, actor: Actor, rule: Rule): Promise<Offer> {
    return (await this.database.transaction((tx) => this.change(tx, id, action, actor, rule))).offer;
  }

  private async change(
    tx: Tx,
    offerId: string,
    action: string,
    actor: Actor,
    rule: Rule,
    reason?: string,
  ): Promise<Locked> {
    const { offer, business } = await this.locked(tx, offerId);
    rule(offer, business);
    await tx.save(offer);
    await this.note(tx, action, offer, actor, reason);
    return { offer, business };
  }

  /** The business first, then the offer: so does everybody who changes offers, and nobody decides on a stale business. */
  private async locked(tx: Tx, offerId: string): Promise<Locked> {
    const found = await tx.findOne(Offer, { where: { id: offerId }, select: { businessId: true } });
    if (!found) throw new OfferNotFound();
    const business = await this.businesses.locked(tx, found.businessId);
    const offer = await tx.findOne(Offer, { where: { id: offerId }, lock: { mode: 'pessimistic_write' } });
    if (!offer) throw new OfferNotFound();
    return { offer, business };
  }

  private async checked(tx: Tx, business: Business, content: OfferContent): Promise<Required<OfferContent>> {
    const parsed = parseOfferTerms(content.terms);
    if (!parsed.ok) {
      throw new InvalidInput(
        parsed.errors.map(({ field, code }) => ({ field: `terms.${field}`, message: `offer-rules:refused.${code}` })),
      );
    }
    const { branchIds } = parsed.terms;
    if (branchIds) {
      const own = await tx.countBy(Branch, { id: In(branchIds), businessId: business.id, closedAt: IsNull() });
      if (own !== branchIds.length) throw new InvalidInput([{ field: 'branchIds', message: 'offers:errors.branches' }]);
    }
    // Who says nothing about homes though they work there means homes: the careful answer.
    const atHome = business.worksInHomes && (content.atHome ?? true);
    return { subject: content.subject, terms: parsed.terms, atHome };
  }

  private async note(tx: Tx, action: string, offer: Offer, actor: Actor, reason?: string): Promise<void> {
    const details = {
      businessId: offer.businessId,
      revision: offer.revision,
      terms: offer.proposed?.terms ?? offer.terms,
    };
    await this.audit.record(tx, {
      action,
      subject: { kind: 'offer', id: offer.id },
      actor,
      reason: reason ?? null,
      details,
    });
  }
}

/** Names what a person sees of an offer when they decide on it. */
export function versionOf(offer: Pick<Offer, 'revision' | 'proposedAt'>): string {
  return `${offer.revision}.${offer.proposedAt?.getTime() ?? 0}`;
}

function mustBeAsSeen(offer: Offer, seen: string | undefined): void {
  if (seen !== undefined && seen !== versionOf(offer)) throw new OfferChangedMeanwhile();
}

/** The first free slug; whoever wants one of the same family waits, so that two never choose the same. */
async function freeSlug(tx: Tx, base: string): Promise<string> {
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, [
    `offer slug ${base.replace(/(-\d+)+$/, '')}`,
  ]);
  const [free] = await tx.query<{ slug: string }[]>(
    `SELECT candidate.slug
       FROM (SELECT 1 AS number, $1::text AS slug
             UNION ALL SELECT number, $1 || '-' || number FROM generate_series(2, 100000) AS number) AS candidate
      WHERE NOT EXISTS (SELECT FROM offer WHERE offer.slug = candidate.slug)
      ORDER BY candidate.number LIMIT 1`,
    [base],
  );
  if (!free) throw new Error(`There are a hundred thousand slugs like ${base}.`);
  return free.slug;
}

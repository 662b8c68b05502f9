import { type Actor, Audit } from '@carers/audit';
import { Database, type Tx } from '@carers/database';
import { addDays, Clock, dateInLondon, Ids, isUuid, type LocalDate } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { CaseParts } from '../cases/case-parts.js';
import { hashOf, ReviewLinks } from './review-links.js';
import { ReviewMail } from './review-mail.js';
import { reviewDays, type ReviewOutcome, type Said, TradeReview } from './trade-review.entity.js';
import { ReviewLinkNotOpen, ReviewNotFound } from './trade-reviews.problems.js';

/** Most customers who are asked at once. */
const mostInvited = 20;
const most = 200;

/** A review as anybody may read it. */
export interface PublishedReview {
  on: LocalDate;
  kind: 'review' | 'complaint';
  stars: number | null;
  words: string;
  reply: string | null;
  lastWord: string | null;
  outcome: ReviewOutcome | null;
}

/**
 * What customers say about trades. Only those whose card was used there are asked, or an officer enters what somebody
 * said on the telephone. Good and bad are published alike; the business may reply, and the customer has the last word.
 */
@Injectable()
export class TradeReviews {
  constructor(
    private readonly database: Database,
    private readonly parts: CaseParts,
    private readonly links: ReviewLinks,
    private readonly mail: ReviewMail,
    private readonly audit: Audit,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** What everybody may read, newest first; at most 200. */
  async publishedOf(businessId: string): Promise<PublishedReview[]> {
    const found = await this.database.reader.find(TradeReview, {
      where: { businessId, state: 'published' },
      order: { endedAt: 'DESC', id: 'DESC' },
      take: most,
    });
    return found.map(({ endedAt, kind, stars, shownWords, reply, lastWord, outcome }) => ({
      on: dateInLondon(endedAt!),
      kind,
      stars,
      words: shownWords!,
      reply,
      lastWord,
      outcome,
    }));
  }

  /** All of a business but those that nobody has answered, newest first: for officers. */
  async of(businessId: string): Promise<TradeReview[]> {
    return this.database.reader.find(TradeReview, {
      where: { businessId, state: In(['received', 'with_business', 'answered', 'published', 'closed']) },
      order: { createdAt: 'DESC', id: 'DESC' },
      take: most,
    });
  }

  /** What a business sees of it: what may be replied to, and what became of it. */
  async forBusiness(businessId: string): Promise<TradeReview[]> {
    const all = await this.of(businessId);
    return all.filter(({ state, passedAt }) => state !== 'received' && passedAt !== null);
  }

  /** @throws ReviewNotFound also for another business's */
  async get(businessId: string, id: string): Promise<TradeReview> {
    const found = isUuid(id) ? await this.database.reader.findOneBy(TradeReview, { id, businessId }) : null;
    if (!found) throw new ReviewNotFound();
    return found;
  }

  /**
   * Asks customers whose card was used at the business in the last 90 days: the latest first, 20 at most. Nobody who acts
   * for the business, and each once a year, for as long as it is known who was asked (see `ForgetCustomers`).
   * @returns how many were asked
   * @throws NotTheirMove, TiedToBusiness
   */
  async invite(tx: Tx, businessId: string, actor: Actor): Promise<number> {
    await this.parts.officer(tx, actor, businessId);
    const now = this.clock.now();
    const customers: { id: string }[] = await tx.query(
      `SELECT card.cardholder_id AS id FROM redemption
         JOIN branch ON branch.id = redemption.branch_id AND branch.business_id = $1
         JOIN card ON card.id = redemption.card_id AND card.kind <> 'test'
         JOIN cardholder ON cardholder.id = card.cardholder_id AND cardholder.left_at IS NULL AND cardholder.email IS NOT NULL
        WHERE redemption.undone_at IS NULL AND redemption.occurred_at > $2::timestamptz - interval '90 days'
          AND NOT EXISTS (SELECT 1 FROM account_role own WHERE own.account_id = cardholder.account_id
                             AND own.role = 'business_owner' AND own.scope_kind = 'business' AND own.scope_id = $1)
          AND NOT EXISTS (SELECT 1 FROM trade_review earlier WHERE earlier.cardholder_id = card.cardholder_id
                             AND earlier.business_id = $1 AND earlier.created_at > $2::timestamptz - interval '1 year')
        GROUP BY card.cardholder_id ORDER BY max(redemption.occurred_at) DESC LIMIT ${mostInvited}`,
      [businessId, now],
    );
    let asked = 0;
    for (const { id: cardholderId } of customers) {
      const review = this.fresh(tx, businessId, { kind: 'review', source: 'link', state: 'invited' });
      Object.assign(review, { cardholderId, invitedAt: now, mayPublish: false });
      this.openLink(review, reviewDays.invitation);
      const { raw } = await tx
        .createQueryBuilder()
        .insert()
        .into(TradeReview)
        .values(review)
        .orIgnore()
        .updateEntity(false)
        .returning('id')
        .execute();
      if ((raw as unknown[]).length > 0 && (await this.mail.toCustomer(tx, review, 'trade-review-ask'))) asked++;
    }
    await this.note(tx, 'trade-review.invited', { businessId }, actor, { asked });
    return asked;
  }

  /** An officer writes down what a customer said on the telephone. @throws NotTheirMove, TiedToBusiness */
  async record(
    tx: Tx,
    businessId: string,
    said: Said & { kind: 'review' | 'complaint' },
    actor: Actor,
  ): Promise<TradeReview> {
    await this.parts.officer(tx, actor, businessId);
    const { kind, ...rest } = said;
    const review = this.fresh(tx, businessId, { kind, source: 'phone', state: 'received' });
    Object.assign(review, rest, { receivedAt: this.clock.now() });
    await tx.save(review);
    await this.note(tx, 'trade-review.received', review, actor, { kind });
    return review;
  }

  /** What a link opens. @throws ReviewLinkNotOpen */
  async open(token: string, from: Pick<Tx, 'findOneBy'> = this.database.reader): Promise<TradeReview> {
    const tokenHash = /^[A-Za-z0-9_-]{22}$/.test(token) ? hashOf(token) : null;
    const found = tokenHash ? await from.findOneBy(TradeReview, { tokenHash }) : null;
    if (!found || found.openUntil! < this.clock.today()) throw new ReviewLinkNotOpen();
    return found;
  }

  /** The customer's review, once. @throws ReviewLinkNotOpen */
  async say(token: string, said: Said): Promise<void> {
    await this.byLink(token, 'invited', async (tx, review) => {
      review.receive(said, this.clock.now());
      await tx.save(review);
      await this.note(tx, 'trade-review.received', review, { kind: 'link', id: review.id }, { kind: review.kind });
    });
  }

  /** The customer's last word, once. @throws ReviewLinkNotOpen */
  async sayLast(token: string, words: string): Promise<void> {
    await this.byLink(token, 'answered', async (tx, review) => {
      review.close(words, this.clock.now());
      await tx.save(review);
      await this.note(tx, 'trade-review.last-word', review, { kind: 'link', id: review.id }, {});
    });
  }

  /** An officer lets it through to the business, without what tells who anybody is. @throws ReviewHasMovedOn … */
  async pass(tx: Tx, businessId: string, id: string, shownWords: string, actor: Actor): Promise<void> {
    const review = await this.locked(tx, businessId, id);
    await this.parts.officer(tx, actor, businessId);
    review.pass(shownWords, this.clock.now(), this.clock.today());
    await tx.save(review);
    await this.mail.toBusiness(tx, review);
    await this.note(tx, 'trade-review.passed', review, actor, {});
  }

  /** @throws ReviewHasMovedOn, ReviewNotFound, NotTheirMove, TiedToBusiness */
  async setAside(tx: Tx, businessId: string, id: string, why: string, actor: Actor): Promise<void> {
    const review = await this.locked(tx, businessId, id);
    await this.parts.officer(tx, actor, businessId);
    review.setAside(why, actor.id, this.clock.now());
    await tx.save(review);
    await this.note(tx, 'trade-review.ended', review, actor, { outcome: 'not_published' });
  }

  /** The business's reply, once. The customer is asked for the last word. @throws ReviewHasMovedOn, ReviewNotFound */
  async reply(tx: Tx, businessId: string, id: string, words: string, actor: Actor): Promise<void> {
    const review = await this.locked(tx, businessId, id);
    review.answer(words, this.clock.now(), this.clock.today());
    this.openLink(review, reviewDays.lastWord);
    await tx.save(review);
    await this.mail.toCustomer(tx, review, 'trade-review-last');
    await this.note(tx, 'trade-review.replied', review, actor, {});
  }

  /** An officer writes down the last word of somebody on the telephone. @throws ReviewHasMovedOn … */
  async lastWordByPhone(tx: Tx, businessId: string, id: string, words: string, actor: Actor): Promise<void> {
    const review = await this.locked(tx, businessId, id);
    await this.parts.officer(tx, actor, businessId);
    review.close(words, this.clock.now());
    await tx.save(review);
    await this.note(tx, 'trade-review.last-word', review, actor, {});
  }

  /** The end of it: published where the customer agreed. @throws ReviewHasMovedOn … */
  async end(
    tx: Tx,
    businessId: string,
    id: string,
    given: {
      shown: { words: string; reply: string | null; lastWord: string | null };
      outcome: ReviewOutcome | null;
      outcomeWords: string | null;
    },
    actor: Actor,
  ): Promise<TradeReview> {
    const review = await this.locked(tx, businessId, id);
    await this.parts.officer(tx, actor, businessId);
    const outcome = { outcome: given.outcome, words: given.outcomeWords };
    review.end(given.shown, outcome, actor.id, this.clock.now(), this.clock.today());
    await tx.save(review);
    await this.note(tx, 'trade-review.ended', review, actor, { outcome: given.outcome, state: review.state });
    return review;
  }

  private async byLink(
    token: string,
    state: TradeReview['state'],
    work: (tx: Tx, review: TradeReview) => Promise<void>,
  ): Promise<void> {
    await this.database.transaction(async (tx) => {
      const { id, businessId } = await this.open(token, tx);
      const review = await this.locked(tx, businessId, id);
      // Looked at again under the lock: the same link may be answered in two windows.
      if (review.state !== state || review.tokenHash !== hashOf(token)) throw new ReviewLinkNotOpen();
      await work(tx, review);
    });
  }

  private openLink(review: TradeReview, days: number): void {
    if (!review.cardholderId) return;
    review.tokenHash = this.links.hashFor(review);
    review.openUntil = addDays(this.clock.today(), days);
  }

  private fresh(tx: Tx, businessId: string, facts: Pick<TradeReview, 'kind' | 'source' | 'state'>): TradeReview {
    return tx.create(TradeReview, { id: this.ids.next(), businessId, ...facts, createdAt: this.clock.now() });
  }

  private async locked(tx: Tx, businessId: string, id: string): Promise<TradeReview> {
    const lock = { mode: 'pessimistic_write' as const };
    const found = isUuid(id) ? await tx.findOne(TradeReview, { where: { id, businessId }, lock }) : null;
    if (!found) throw new ReviewNotFound();
    return found;
  }

  private async note(
    tx: Tx,
    action: string,
    { businessId, id }: { businessId: string; id?: string },
    actor: Actor,
    details: Record<string, unknown>,
  ): Promise<void> {
    const subject = { kind: 'business', id: businessId };
    await this.audit.record(tx, { action, subject, actor, details: { ...details, ...(id && { review: id }) } });
  }
}

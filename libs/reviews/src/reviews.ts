import { type Actor, Audit } from '@carers/audit';
import { Database, type Tx } from '@carers/database';
import { Clock, Ids, isUuid } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { checkEvidence, earliestIn, type Evidence } from './evidence.js';
import { ReviewItem } from './review-item.entity.js';
import type { ReviewKind, ReviewOutcome } from './review-kinds.js';
import { ReviewNotFound } from './reviews.problems.js';

/** Something that staff should look at. */
export interface NewReview {
  kind: ReviewKind;
  /** What it is about: `{ kind: 'card', id }`, `till`, `branch`, `redemption` … */
  subject: { kind: string; id: string };
  branchId?: string | null;
  /** The same for the same thing seen again, however often and by however many processes: it is raised once. */
  once: string;
  /** Catalogue key of the sentence that says what was seen, such as `misuse:far-apart`; the evidence fills its blanks. */
  reasonKey: string;
  evidence: Evidence;
}

export interface ReviewFilter {
  status: 'open' | 'closed';
  kind?: ReviewKind | null;
  /** Where the page before ended. */
  cursor?: string | null;
}

const pageSize = 25;

/** The things that staff are asked to look at. */
@Injectable()
export class Reviews {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly audit: Audit,
  ) {}

  /**
   * Asks staff to look at something, once for each `once` key: in a race the second waits for the first and adds nothing.
   * @returns whether it is new
   * @throws TypeError when the evidence could hold words of people
   */
  async raise(tx: Tx, review: NewReview): Promise<boolean> {
    checkEvidence(review.evidence);
    const now = this.clock.now();
    const rows = (await tx.query(
      `INSERT INTO review_item (id, kind, subject_kind, subject_id, branch_id, once, reason_key, evidence, seen_from,
                                raised_at, status)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'open')
       ON CONFLICT ON CONSTRAINT uq_review_item__once DO NOTHING RETURNING id`,
      [
        this.ids.next(),
        review.kind,
        review.subject.kind,
        review.subject.id,
        review.branchId ?? null,
        review.once,
        review.reasonKey,
        JSON.stringify(review.evidence),
        earliestIn(review.evidence, now),
        now,
      ],
    )) as { id: string }[];
    return rows.length > 0;
  }

  /** One page of the list: the open ones oldest first, the closed ones newest first; and where the next page begins. */
  async page({ status, kind, cursor }: ReviewFilter): Promise<{ items: ReviewItem[]; next: string | null }> {
    const [after, afterId] = readCursor(cursor ?? null);
    const [order, beyond] = status === 'open' ? ['ASC', '>'] : ['DESC', '<'];
    const query = this.database.reader
      .createQueryBuilder(ReviewItem, 'item')
      .where('item.status = :status', { status })
      .orderBy('item.raised_at', order as 'ASC' | 'DESC')
      .addOrderBy('item.id', order as 'ASC' | 'DESC')
      .limit(pageSize + 1);
    if (kind) query.andWhere('item.kind = :kind', { kind });
    if (after) query.andWhere(`(item.raised_at, item.id) ${beyond} (:after, :afterId)`, { after, afterId });
    const items = await query.getMany();
    const shown = items.slice(0, pageSize);
    const last = shown.at(-1);
    return { items: shown, next: items.length > pageSize && last ? `${last.raisedAt.getTime()}_${last.id}` : null };
  }

  /** How many wait for somebody: the number on the staff home page. */
  async waiting(): Promise<number> {
    return this.database.reader.countBy(ReviewItem, { status: 'open' });
  }

  /** @throws ReviewNotFound */
  async find(id: string): Promise<ReviewItem> {
    const item = isUuid(id) ? await this.database.reader.findOneBy(ReviewItem, { id }) : null;
    if (!item) throw new ReviewNotFound();
    return item;
  }

  /**
   * Closes one with what came of it and why.
   * @throws ReviewNotFound, ReviewAlreadyClosed
   */
  async close(id: string, outcome: ReviewOutcome, why: string, actor: Actor): Promise<void> {
    if (!isUuid(id)) throw new ReviewNotFound();
    await this.database.transaction(async (tx) => {
      const item = await tx.findOne(ReviewItem, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!item) throw new ReviewNotFound();
      item.close({ at: this.clock.now(), by: actor.id, why, outcome });
      await tx.save(item);
      // Not the reason: it may name somebody, and the trail is kept for longer than the review.
      await this.audit.record(tx, {
        action: 'review.closed',
        subject: { kind: 'review', id },
        actor,
        details: { kind: item.kind, outcome },
      });
    });
  }
}

function readCursor(cursor: string | null): [Date, string] | [null, null] {
  const match = /^(\d{1,15})_(.+)$/.exec(cursor ?? '');
  return match && isUuid(match[2]!) ? [new Date(Number(match[1])), match[2]!] : [null, null];
}

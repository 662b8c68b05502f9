import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Evidence } from './evidence.js';
import type { ReviewKind, ReviewOutcome } from './review-kinds.js';
import { ReviewAlreadyClosed } from './reviews.problems.js';

/** One thing for staff to look at. */
@Entity('review_item')
export class ReviewItem {
  @PrimaryColumn('uuid') id: string;
  @Column('text') kind: ReviewKind;
  /** What it is about: `card`, `till`, `branch`, `redemption` …; null once forgotten. */
  @Column('text', { name: 'subject_kind', nullable: true }) subjectKind: string | null;
  @Column('text', { name: 'subject_id', nullable: true }) subjectId: string | null;
  @Column('uuid', { name: 'branch_id', nullable: true }) branchId: string | null;
  /** The same thing seen twice has the same key. */
  @Column('text') once: string;
  /** Catalogue key of the sentence that says what was seen. */
  @Column('text', { name: 'reason_key' }) reasonKey: string;
  @Column('jsonb') evidence: Evidence;
  /** The earliest instant that the evidence tells of. */
  @Column('timestamptz', { name: 'seen_from' }) seenFrom: Date;
  @Column('timestamptz', { name: 'raised_at' }) raisedAt: Date;
  @Column('text') status: 'open' | 'closed';
  @Column('timestamptz', { name: 'closed_at', nullable: true }) closedAt: Date | null;
  /** Account of who closed it; `system` when it ran out. */
  @Column('text', { name: 'closed_by', nullable: true }) closedBy: string | null;
  @Column('text', { name: 'closed_why', nullable: true }) closedWhy: string | null;
  @Column('text', { nullable: true }) outcome: ReviewOutcome | null;
  /** Since when nothing here leads to a person. */
  @Column('timestamptz', { name: 'forgotten_at', nullable: true }) forgottenAt: Date | null;

  /** @throws ReviewAlreadyClosed */
  close(how: { at: Date; by: string; why: string; outcome: ReviewOutcome }): void {
    if (this.status === 'closed') throw new ReviewAlreadyClosed();
    this.status = 'closed';
    this.closedAt = how.at;
    this.closedBy = how.by;
    this.closedWhy = how.why;
    this.outcome = how.outcome;
  }
}

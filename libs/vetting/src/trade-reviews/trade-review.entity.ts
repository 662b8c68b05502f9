import { SealedColumn } from '@carers/database';
import { addDays, type LocalDate } from '@carers/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { ReviewHasMovedOn } from './trade-reviews.problems.js';

export const reviewStates = ['invited', 'received', 'with_business', 'answered', 'published', 'closed'] as const;
/** `invited` waits for the customer, `received` for an officer, `with_business` for the reply, `answered` for the end. */
export type ReviewState = (typeof reviewStates)[number];

export const complaintOutcomes = ['resolved', 'upheld', 'partly_upheld', 'not_upheld'] as const;
export type ReviewOutcome = (typeof complaintOutcomes)[number] | 'not_published';

/** Days that a customer has to follow the invitation, a business to reply, and a customer for the last word. */
export const reviewDays = { invitation: 28, reply: 14, lastWord: 7 };

/** What a customer says. */
export interface Said {
  /** 1 to 5; complaints have none. */
  stars: number | null;
  /** When the work was done, in the customer's words. */
  workedIn: string | null;
  words: string;
  mayPublish: boolean;
}

/** What a customer of a trade said about it, what the business replied, and how it ended. */
@Entity('trade_review')
export class TradeReview {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'business_id' }) businessId: string;
  @Column('text') kind: 'review' | 'complaint';
  @Column('text') source: 'link' | 'phone';
  /** The customer, whose card was used at the business. Never shown to it. */
  @Column('uuid', { name: 'cardholder_id', nullable: true }) cardholderId: string | null;
  @Column('text') state: ReviewState;
  /** `keyedHash(token, 'trade-review')` of the link that is open. */
  @Column('text', { name: 'token_hash', nullable: true }) tokenHash: string | null;
  @Column('date', { name: 'open_until', nullable: true }) openUntil: LocalDate | null;
  @Column('integer', { nullable: true }) stars: number | null;
  @SealedColumn({ name: 'worked_in', nullable: true }) workedIn: string | null;
  /** As the customer wrote them: for officers. */
  @SealedColumn({ name: 'words', nullable: true }) words: string | null;
  @Column('boolean', { name: 'may_publish' }) mayPublish: boolean;
  /** The same without what tells who anybody is: for the business and, once published, for everybody. */
  @SealedColumn({ name: 'shown_words', nullable: true }) shownWords: string | null;
  @SealedColumn({ name: 'reply', nullable: true }) reply: string | null;
  @Column('date', { name: 'reply_until', nullable: true }) replyUntil: LocalDate | null;
  @SealedColumn({ name: 'last_word', nullable: true }) lastWord: string | null;
  @Column('date', { name: 'last_word_until', nullable: true }) lastWordUntil: LocalDate | null;
  @Column('text', { nullable: true }) outcome: ReviewOutcome | null;
  @SealedColumn({ name: 'outcome_words', nullable: true }) outcomeWords: string | null;
  @Column('timestamptz', { name: 'invited_at', nullable: true }) invitedAt: Date | null;
  @Column('timestamptz', { name: 'received_at', nullable: true }) receivedAt: Date | null;
  @Column('timestamptz', { name: 'passed_at', nullable: true }) passedAt: Date | null;
  @Column('timestamptz', { name: 'replied_at', nullable: true }) repliedAt: Date | null;
  @Column('timestamptz', { name: 'last_word_at', nullable: true }) lastWordAt: Date | null;
  @Column('timestamptz', { name: 'ended_at', nullable: true }) endedAt: Date | null;
  @Column('uuid', { name: 'ended_by', nullable: true }) endedBy: string | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;

  /** @throws ReviewHasMovedOn */
  receive(said: Said, at: Date): void {
    this.mustBe('invited');
    Object.assign(this, said, { state: 'received', receivedAt: at, tokenHash: null, openUntil: null });
  }

  /** An officer has taken out what tells who people are; the business may reply from now on. @throws ReviewHasMovedOn */
  pass(shownWords: string, at: Date, today: LocalDate): void {
    this.mustBe('received');
    const replyUntil = addDays(today, reviewDays.reply);
    Object.assign(this, { state: 'with_business', shownWords, passedAt: at, replyUntil });
  }

  /** @throws ReviewHasMovedOn */
  answer(reply: string, at: Date, today: LocalDate): void {
    this.mustBe('with_business');
    const lastWordUntil = addDays(today, reviewDays.lastWord);
    Object.assign(this, { state: 'answered', reply, repliedAt: at, lastWordUntil });
  }

  /** The customer has the last word. @throws ReviewHasMovedOn */
  close(lastWord: string, at: Date): void {
    this.mustBe('answered');
    if (this.lastWordAt) throw new ReviewHasMovedOn();
    Object.assign(this, { lastWord, lastWordAt: at, tokenHash: null, openUntil: null });
  }

  /** Whether nobody has a right to be waited for any more. */
  canEnd(today: LocalDate): boolean {
    if (this.state === 'with_business') return today > this.replyUntil!;
    return this.state === 'answered' && (this.lastWordAt !== null || today > this.lastWordUntil!);
  }

  /**
   * The end: published where the customer agreed, good or bad; otherwise closed.
   * @param shown all words as they may be read by everybody
   * @throws ReviewHasMovedOn while somebody may still say something
   */
  end(
    shown: { words: string; reply: string | null; lastWord: string | null },
    outcome: { outcome: ReviewOutcome | null; words: string | null },
    by: string,
    at: Date,
    today: LocalDate,
  ): void {
    if (!this.canEnd(today)) throw new ReviewHasMovedOn();
    Object.assign(this, {
      state: this.mayPublish ? 'published' : 'closed',
      shownWords: shown.words,
      reply: this.reply === null ? null : shown.reply,
      lastWord: this.lastWord === null ? null : shown.lastWord,
      outcome: outcome.outcome,
      outcomeWords: outcome.words,
      endedAt: at,
      endedBy: by,
      tokenHash: null,
      openUntil: null,
    });
  }

  /** It is no review of this business, or nothing but abuse. @throws ReviewHasMovedOn */
  setAside(why: string, by: string, at: Date): void {
    this.mustBe('received');
    Object.assign(this, { state: 'closed', outcome: 'not_published', outcomeWords: why, endedAt: at, endedBy: by });
  }

  private mustBe(...states: ReviewState[]): void {
    if (!states.includes(this.state)) throw new ReviewHasMovedOn();
  }
}

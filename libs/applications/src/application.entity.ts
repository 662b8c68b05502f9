import { SealedColumn, sealedText } from '@carers/database';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Answers } from './answers.js';
import type { ApplicationState } from './application-state.js';
import { AppealNeedsAnother, NoAppealOpen } from './applications.problems.js';
import { after, type MoveName } from './moves.js';

/** For a first card, or for more time for the card that somebody has. */
export type ApplicationKind = 'first' | 'renewal';
export type ApplicationSource = 'web' | 'api' | 'paper';

/** Why an application waits for a person instead of being approved at once. */
export type WaitReason = 'policy' | 'proof' | 'duplicates' | 'age' | 'caring' | 'lapsed' | 'moved';

export const declineReasons = [
  'not_caring',
  'paid_care',
  'outside_area',
  'could_not_confirm',
  'no_agreement',
  'no_reply',
] as const;

export type DeclineReason = (typeof declineReasons)[number];

const answersAtRest = sealedText('answers');

/** A request for a card. Answers are sealed; what staff search by stands beside them, as names or keyed hashes. */
@Entity('application')
export class Application {
  @PrimaryColumn('uuid') id: string;
  /** Eight characters of Crockford's alphabet, for letters and the telephone. */
  @Column('text') reference: string;
  @Column('text') kind: ApplicationKind;
  @Column('text') state: ApplicationState;
  @Column('text') source: ApplicationSource;
  @Column('text', { name: 'referrer_code', nullable: true }) referrerCode: string | null;
  @Column('text') locale: string;
  @Column('text', {
    name: 'answers',
    transformer: {
      to: (answers: Answers | undefined) => answers && (answersAtRest.to(JSON.stringify(answers)) as string),
      from: (value: string) => JSON.parse(answersAtRest.from(value) as string) as Answers,
    },
  })
  answers: Answers;
  @Column('text', { name: 'first_name', nullable: true }) firstName: string | null;
  @Column('text', { name: 'last_name', nullable: true }) lastName: string | null;
  @Column('text', { name: 'birth_date_hash', nullable: true }) birthDateHash: string | null;
  @Column('text', { name: 'email_hash', nullable: true }) emailHash: string | null;
  @Column('text', { name: 'mobile_hash', nullable: true }) mobileHash: string | null;
  @Column('text', { name: 'postcode_hash', nullable: true }) postcodeHash: string | null;
  @Column('uuid', { name: 'region_id', nullable: true }) regionId: string | null;
  @Column('jsonb', { name: 'waits_for' }) waitsFor: WaitReason[];
  /** Ids of records that staff found to be somebody else. */
  @Column('jsonb', { name: 'dismissed_matches' }) dismissedMatches: string[];
  /** What staff want to know, in their words. */
  @SealedColumn({ name: 'question', nullable: true }) question: string | null;
  @SealedColumn({ name: 'reply', nullable: true }) reply: string | null;
  @Column('timestamptz', { name: 'submitted_at', nullable: true }) submittedAt: Date | null;
  @Column('timestamptz', { name: 'decided_at', nullable: true }) decidedAt: Date | null;
  /** Account id, or the name of the rule that decided. */
  @Column('text', { name: 'decided_by', nullable: true }) decidedBy: string | null;
  @Column('text', { name: 'decision_reason', nullable: true }) decisionReason: DeclineReason | null;
  @SealedColumn({ name: 'decision_words', nullable: true }) decisionWords: string | null;
  @Column('timestamptz', { name: 'appealed_at', nullable: true }) appealedAt: Date | null;
  @SealedColumn({ name: 'appeal_words', nullable: true }) appealWords: string | null;
  @Column('timestamptz', { name: 'appeal_decided_at', nullable: true }) appealDecidedAt: Date | null;
  @Column('text', { name: 'appeal_decided_by', nullable: true }) appealDecidedBy: string | null;
  @Column('uuid', { name: 'cardholder_id', nullable: true }) cardholderId: string | null;
  @Column('uuid', { name: 'card_id', nullable: true }) cardId: string | null;
  @Column('text', { name: 'idempotency_key_hash', nullable: true }) idempotencyKeyHash: string | null;
  @Column('text', { name: 'request_hash', nullable: true }) requestHash: string | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
  @Column('timestamptz', { name: 'changed_at' }) changedAt: Date;
  /** When a draft, or a declined application, is deleted. */
  @Column('timestamptz', { name: 'expires_at', nullable: true }) expiresAt: Date | null;

  /** Sent: it waits for a decision from now on. @throws ApplicationHasMovedOn */
  submit(at: Date): void {
    this.move('submit', at);
    this.submittedAt = at;
    this.expiresAt = null;
  }

  /** Asks the applicant for more. @throws ApplicationHasMovedOn */
  ask(question: string, at: Date): void {
    this.move('ask', at);
    this.question = question;
    this.reply = null;
  }

  /** The applicant's reply puts it back in the queue. @throws ApplicationHasMovedOn */
  takeReply(words: string, at: Date): void {
    this.move('reply', at);
    this.reply = words;
  }

  /** @throws ApplicationHasMovedOn */
  approve(by: string, at: Date): void {
    this.move('approve', at);
    this.decided(by, at);
  }

  /** @param keptUntil when retention ends @throws ApplicationHasMovedOn */
  decline(by: string, reason: DeclineReason, words: string | null, at: Date, keptUntil: Date): void {
    this.move('decline', at);
    this.decided(by, at);
    this.decisionReason = reason;
    this.decisionWords = words;
    this.expiresAt = keptUntil;
  }

  /** Taken back by the applicant, or closed since the person holds a card already. @throws ApplicationHasMovedOn */
  withdraw(by: string, at: Date, keptUntil: Date): void {
    this.move('withdraw', at);
    this.decided(by, at);
    this.expiresAt = keptUntil;
  }

  /** The applicant asks for another person to decide. @throws NoAppealOpen when it cannot be appealed, or was */
  appeal(words: string, at: Date): void {
    if (this.state !== 'declined' || this.appealedAt) throw new NoAppealOpen();
    this.appealedAt = at;
    this.appealWords = words;
    this.changedAt = at;
  }

  /** The appeal is right after all: the card is issued. @throws NoAppealOpen, AppealNeedsAnother */
  overturn(by: string, at: Date): void {
    this.appealDecided(by, at);
    this.move('overturn', at);
    this.decided(by, at);
    this.expiresAt = null;
  }

  /** The decision stands. @throws NoAppealOpen, AppealNeedsAnother */
  uphold(by: string, at: Date): void {
    this.appealDecided(by, at);
    this.changedAt = at;
  }

  /** An appeal waits for somebody. */
  get appealOpen(): boolean {
    return this.state === 'declined' && this.appealedAt !== null && this.appealDecidedAt === null;
  }

  private appealDecided(by: string, at: Date): void {
    if (!this.appealOpen) throw new NoAppealOpen();
    if (by === this.decidedBy) throw new AppealNeedsAnother();
    this.appealDecidedAt = at;
    this.appealDecidedBy = by;
  }

  private decided(by: string, at: Date): void {
    this.decidedBy = by;
    this.decidedAt = at;
  }

  private move(name: MoveName, at: Date): void {
    this.state = after(name, this.state);
    this.changedAt = at;
  }
}

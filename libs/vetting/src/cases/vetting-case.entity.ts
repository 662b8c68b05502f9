import { SealedColumn } from '@carers/database';
import { addDays, type LocalDate } from '@carers/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Facts } from '../programmes/programme.js';
import { AppealTooLate, NeedsAnotherOfficer } from '../vetting.problems.js';
import { after, type CaseMove, type CaseState } from './case-moves.js';

export const waitingFor = ['business', 'payment', 'officer', 'approver', 'appeal', 'nobody'] as const;

/** Who has to do something next. */
export type WaitingFor = (typeof waitingFor)[number];

export const recommendations = ['approve', 'refuse'] as const;
export type Recommendation = (typeof recommendations)[number];

/** One business's way through one programme. It keeps the version of the programme that it began with. */
@Entity('vetting_case')
export class VettingCase {
  @PrimaryColumn('uuid') id: string;
  /** Eight characters of Crockford's alphabet, for letters and the telephone. */
  @Column('text') reference: string;
  @Column('uuid', { name: 'business_id' }) businessId: string;
  /** The row of the programme's version. */
  @Column('uuid', { name: 'programme_id' }) programmeId: string;
  @Column('text', { name: 'programme_slug' }) programmeSlug: string;
  @Column('text') state: CaseState;
  /** What an appeal was made against. */
  @Column('text', { name: 'state_before_appeal', nullable: true }) stateBeforeAppeal: CaseState | null;
  /** What the business said of itself first: tier and fee follow from it. Nothing personal. */
  @Column('jsonb') facts: Facts;
  /** Null while the facts are not complete. */
  @Column('text', { nullable: true }) tier: string | null;
  @Column('text', { name: 'waiting_for' }) waitingFor: WaitingFor;
  /** The officer who looks after it. */
  @Column('uuid', { name: 'officer_id', nullable: true }) officerId: string | null;
  /** Everybody who ever recommended here, oldest first: none of them may decide. */
  @Column('uuid', { name: 'recommended_by', array: true }) recommendedBy: string[];
  /** Everybody who ever decided here, oldest first: none of them may decide on an appeal. */
  @Column('uuid', { name: 'decided_by', array: true }) decidedBy: string[];
  @Column('text', { nullable: true }) recommendation: Recommendation | null;
  /** What an approval asks for, as the business was told. */
  @SealedColumn({ name: 'conditions', nullable: true }) conditions: string | null;
  /** The last reason that the business was told. */
  @SealedColumn({ name: 'decision_words', nullable: true }) decisionWords: string | null;
  /** Until when the last decision can be appealed. */
  @Column('date', { name: 'appeal_until', nullable: true }) appealUntil: LocalDate | null;
  /** Account that suspended it, or `system`. */
  @Column('text', { name: 'suspended_by', nullable: true }) suspendedBy: string | null;
  /** Pence before VAT that staff set where the fee list says so; null otherwise. */
  @Column('jsonb', { nullable: true }) quoted: { application: number; annual: number } | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
  @Column('timestamptz', { name: 'submitted_at', nullable: true }) submittedAt: Date | null;
  /** When it came to where it stands. */
  @Column('timestamptz', { name: 'state_since' }) stateSince: Date;
  @Column('timestamptz', { name: 'changed_at' }) changedAt: Date;

  /**
   * Moves it and keeps what follows from the move. Who may is settled before.
   * @param by account id, or null for the program
   * @throws CaseHasMovedOn, NeedsAnotherOfficer, AppealTooLate
   */
  go(
    move: CaseMove,
    by: string | null,
    at: Date,
    facts: { today: LocalDate; appealDays: number; reason: string | null },
  ): void {
    const from = this.state;
    const to = after(move, from, this.stateBeforeAppeal);
    if (move === 'approve' || move === 'refuse') this.mustNotBe(by, this.recommendedBy);
    if (move === 'uphold' || move === 'overturn') this.mustNotBe(by, [...this.recommendedBy, ...this.decidedBy]);
    if (move === 'appeal' && this.appealUntil !== null && facts.today > this.appealUntil) throw new AppealTooLate();
    this.state = to;
    this.stateSince = at;
    this.changedAt = at;
    this.stateBeforeAppeal = move === 'appeal' ? from : null;
    if (move === 'submit') this.submittedAt = at;
    if (move === 'recommend' && by) this.recommendedBy = added(this.recommendedBy, by);
    if (deciding.includes(move)) {
      if (by) this.decidedBy = added(this.decidedBy, by);
      this.decisionWords = facts.reason;
    }
    if (move === 'refuse' || move === 'suspend' || move === 'remove')
      this.appealUntil = addDays(facts.today, facts.appealDays);
    if (to === 'approved' || to === 'withdrawn') this.appealUntil = null;
    // An appeal is heard once: each time takes an officer who had no part in the case, and soon there would be none.
    if (move === 'uphold') this.appealUntil = addDays(facts.today, -1);
    if (move === 'suspend') this.suspendedBy = by ?? 'system';
    if (to !== 'suspended' && to !== 'appealed') this.suspendedBy = null;
    if (to === 'in_review' || to === 'fee_due') this.recommendation = null;
  }

  private mustNotBe(by: string | null, others: readonly string[]): void {
    if (by === null || others.includes(by)) throw new NeedsAnotherOfficer();
  }
}

const deciding: readonly CaseMove[] = ['approve', 'refuse', 'suspend', 'lift', 'remove', 'uphold', 'overturn'];

function added(list: readonly string[], one: string): string[] {
  return [...list.filter((each) => each !== one), one];
}

import { SealedColumn, sealedText } from '@carers/database';
import type { LocalDate } from '@carers/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { CheckHasMovedOn } from '../vetting.problems.js';

export const checkStates = ['asked', 'answered', 'accepted', 'rejected', 'lapsed', 'not_needed'] as const;
export type CheckState = (typeof checkStates)[number];

/** Answers to the questions of a check, by question key: text, number, ISO day, boolean, choice or choices. */
export type CheckAnswer = Readonly<Record<string, string | number | boolean | readonly string[] | null>>;

const answerAtRest = sealedText('answer');

/** One check of a case. */
@Entity('vetting_check')
export class VettingCheck {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'case_id' }) caseId: string;
  /** The check's key in the programme. */
  @Column('text') key: string;
  /** Its place in the programme. */
  @Column('integer') position: number;
  @Column('text') state: CheckState;
  @Column('text', {
    name: 'answer',
    nullable: true,
    transformer: {
      to: (answer: CheckAnswer | null | undefined) => answer && (answerAtRest.to(JSON.stringify(answer)) as string),
      from: (value: string | null) =>
        value === null ? null : (JSON.parse(answerAtRest.from(value) as string) as CheckAnswer),
    },
  })
  answer: CheckAnswer | null;
  @Column('timestamptz', { name: 'answered_at', nullable: true }) answeredAt: Date | null;
  @Column('text', { name: 'answered_by', nullable: true }) answeredBy: string | null;
  @Column('timestamptz', { name: 'decided_at', nullable: true }) decidedAt: Date | null;
  @Column('text', { name: 'decided_by', nullable: true }) decidedBy: string | null;
  /** What the officer noted when accepting: for officers. */
  @SealedColumn({ name: 'note', nullable: true }) note: string | null;
  /** Why it was not accepted: for the business. */
  @SealedColumn({ name: 'rejection', nullable: true }) rejection: string | null;
  /** The last day on which an acceptance holds; null where it always does. */
  @Column('date', { name: 'valid_until', nullable: true }) validUntil: LocalDate | null;
  /** Evidence that replaces what was accepted came in while the acceptance still holds. */
  @Column('boolean', { name: 'renewing' }) renewing: boolean;
  /** The outside scheme's membership that was accepted instead. */
  @Column('uuid', { name: 'claim_id', nullable: true }) claimId: string | null;

  /** Takes the business's answer. An accepted check stays so, while its renewal waits for an officer. */
  answerWith(answer: CheckAnswer, by: string, at: Date): void {
    if (this.state === 'not_needed') throw new CheckHasMovedOn();
    this.answer = answer;
    this.answeredAt = at;
    this.answeredBy = by;
    if (this.state === 'accepted') this.renewing = true;
    else this.state = 'answered';
  }

  /** @throws CheckHasMovedOn where it is not needed */
  accept(by: string, at: Date, validUntil: LocalDate | null, note: string | null, claimId: string | null = null): void {
    if (this.state === 'not_needed') throw new CheckHasMovedOn();
    Object.assign(this, { state: 'accepted', decidedAt: at, decidedBy: by, validUntil, note, claimId });
    Object.assign(this, { rejection: null, renewing: false });
  }

  /** Asks again. What was accepted before and is being renewed keeps its old date. @throws CheckHasMovedOn */
  reject(by: string, at: Date, rejection: string): void {
    if (this.state === 'not_needed') throw new CheckHasMovedOn();
    Object.assign(this, { rejection, decidedAt: at, decidedBy: by });
    if (this.renewing) this.renewing = false;
    else Object.assign(this, { state: 'rejected', validUntil: null, claimId: null });
  }

  /** Its date is past. @throws CheckHasMovedOn */
  lapse(): void {
    if (this.state !== 'accepted') throw new CheckHasMovedOn();
    this.state = this.renewing ? 'answered' : 'lapsed';
    this.renewing = false;
  }
}

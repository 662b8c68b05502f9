import { SealedColumn, sealedText } from '@carers/database';
import type { LocalDate } from '@carers/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Scores 1 to 5 by question key of the programme, and words where the referee wrote some. */
export interface ReferenceAnswer {
  scores: Readonly<Record<string, number>>;
  words: string | null;
}

const answerAtRest = sealedText('reference_answer');

/** A customer whom the business named. The scheme asks them; the business never sees what they say. */
@Entity('vetting_reference')
export class VettingReference {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'case_id' }) caseId: string;
  /** The check that asks for references. */
  @Column('uuid', { name: 'check_id' }) checkId: string;
  @SealedColumn({ name: 'name' }) name: string;
  @SealedColumn({ name: 'email', nullable: true }) email: string | null;
  @SealedColumn({ name: 'phone', nullable: true }) phone: string | null;
  /** What was done for them, in the business's words. */
  @SealedColumn({ name: 'job', nullable: true }) job: string | null;
  /** `keyedHash(token, 'vetting-reference')`; null until asked and once answered. */
  @Column('text', { name: 'token_hash', nullable: true }) tokenHash: string | null;
  @Column('timestamptz', { name: 'asked_at', nullable: true }) askedAt: Date | null;
  @Column('text', { name: 'asked_by', nullable: true }) askedBy: string | null;
  /** The last day on which the link opens. */
  @Column('date', { name: 'open_until', nullable: true }) openUntil: LocalDate | null;
  @Column('timestamptz', { name: 'answered_at', nullable: true }) answeredAt: Date | null;
  /** `link`, or the account of the officer who took it by telephone. */
  @Column('text', { name: 'answered_by', nullable: true }) answeredBy: string | null;
  @Column('text', {
    name: 'answer',
    nullable: true,
    transformer: {
      to: (answer: ReferenceAnswer | null | undefined) => answer && (answerAtRest.to(JSON.stringify(answer)) as string),
      from: (value: string | null) =>
        value === null ? null : (JSON.parse(answerAtRest.from(value) as string) as ReferenceAnswer),
    },
  })
  answer: ReferenceAnswer | null;
  /** Mean of the scores in hundredths: 100 to 500. */
  @Column('integer', { nullable: true }) mean: number | null;
  @Column('timestamptz', { name: 'declined_at', nullable: true }) declinedAt: Date | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
}

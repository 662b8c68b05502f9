import { SealedColumn } from '@carers/database';
import type { LocalDate } from '@carers/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The ladder, lowest rung first. */
export const sanctionKinds = ['advice', 'warning', 'suspension', 'removal'] as const;
export type SanctionKind = (typeof sanctionKinds)[number];

/** A step of the sanctions ladder that a business was put on, with its reason as the business was told. */
@Entity('sanction')
export class Sanction {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'case_id' }) caseId: string;
  @Column('uuid', { name: 'business_id' }) businessId: string;
  @Column('text') kind: SanctionKind;
  @Column('text', { name: 'reason_key', nullable: true }) reasonKey: string | null;
  @SealedColumn({ name: 'words' }) words: string;
  /** The day by which what is wrong must be right, for advice and warnings. */
  @Column('date', { name: 'due_on', nullable: true }) dueOn: LocalDate | null;
  /** Account id; `system` where the file itself led to it. */
  @Column('text', { name: 'given_by' }) givenBy: string;
  @Column('timestamptz', { name: 'given_at' }) givenAt: Date;
  /** When it was put right, lifted, or overturned. */
  @Column('timestamptz', { name: 'ended_at', nullable: true }) endedAt: Date | null;
}

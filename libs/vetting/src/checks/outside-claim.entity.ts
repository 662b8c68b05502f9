import { SealedColumn } from '@carers/database';
import type { LocalDate } from '@carers/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';

export type ClaimState = 'claimed' | 'confirmed' | 'refused' | 'withdrawn';

/** A business's word that an outside scheme has vetted it. Staff look it up there, and again on a clock. */
@Entity('outside_claim')
export class OutsideClaim {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'case_id' }) caseId: string;
  /** The scheme's key in the programme. */
  @Column('text') scheme: string;
  @Column('text') number: string;
  /** Member since, or the day on its certificate. */
  @Column('date', { name: 'claimed_on' }) claimedOn: LocalDate;
  @Column('text') state: ClaimState;
  @Column('timestamptz', { name: 'looked_up_at', nullable: true }) lookedUpAt: Date | null;
  @Column('uuid', { name: 'looked_up_by', nullable: true }) lookedUpBy: string | null;
  /** Where staff saw it. */
  @Column('text', { name: 'seen_at', nullable: true }) seenAt: string | null;
  /** The day from which staff have to look again. */
  @Column('date', { name: 'recheck_on', nullable: true }) recheckOn: LocalDate | null;
  @SealedColumn({ name: 'refusal', nullable: true }) refusal: string | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
}

import { SealedColumn } from '@carers/database';
import type { LocalDate } from '@carers/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An officer's look at a public register, by hand: what was looked at, where, when, and what was there. Rows are only added. */
@Entity('register_look')
export class RegisterLook {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'case_id' }) caseId: string;
  @Column('uuid', { name: 'check_id' }) checkId: string;
  @Column('text') register: string;
  /** The web address of the entry. */
  @Column('text', { name: 'seen_at' }) seenAt: string;
  @Column('date', { name: 'looked_on' }) lookedOn: LocalDate;
  @SealedColumn({ name: 'words' }) words: string;
  @Column('uuid', { name: 'looked_by' }) lookedBy: string;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
}

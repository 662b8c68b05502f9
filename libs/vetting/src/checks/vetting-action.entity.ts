import { SealedColumn } from '@carers/database';
import type { LocalDate } from '@carers/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Something that business and officer agreed must be done, and by when. The business sees it. */
@Entity('vetting_action')
export class VettingAction {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'case_id' }) caseId: string;
  @SealedColumn({ name: 'words' }) words: string;
  @Column('date', { name: 'due_on' }) dueOn: LocalDate;
  @Column('uuid', { name: 'agreed_by' }) agreedBy: string;
  @Column('timestamptz', { name: 'agreed_at' }) agreedAt: Date;
  /** When an officer saw that it is done, or that it need not be. */
  @Column('timestamptz', { name: 'done_at', nullable: true }) doneAt: Date | null;
  @Column('text', { name: 'done_by', nullable: true }) doneBy: string | null;
}

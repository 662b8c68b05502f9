import { SealedColumn } from '@carers/database';
import { Column, Entity, PrimaryColumn } from 'typeorm';

export type RepliedTo = 'action' | 'sanction';

/** What a business says to an agreed action ("this is done"), or to a sanction. Rows are only added. */
@Entity('vetting_reply')
export class VettingReply {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'case_id' }) caseId: string;
  @Column('text', { name: 'about_kind' }) aboutKind: RepliedTo;
  /** The action or the sanction. */
  @Column('uuid', { name: 'about_id' }) aboutId: string;
  @SealedColumn({ name: 'words' }) words: string;
  /** Account of whoever acts for the business. */
  @Column('uuid', { name: 'said_by' }) saidBy: string;
  @Column('timestamptz', { name: 'said_at' }) saidAt: Date;
}

import { SealedColumn } from '@carers/database';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What somebody of the staff wrote down about a lead. */
@Entity('lead_note')
export class LeadNote {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'lead_id' }) leadId: string;
  @Column('uuid', { name: 'account_id', nullable: true }) accountId: string | null;
  @SealedColumn({ name: 'note' }) note: string;
  @Column('timestamptz', { name: 'written_at' }) writtenAt: Date;
}

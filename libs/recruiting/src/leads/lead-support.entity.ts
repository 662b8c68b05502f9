import { SealedColumn } from '@carers/database';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { LeadSource } from './recruiting-lead.entity.js';

/** One time that somebody suggested a business. A cardholder counts once for a lead. */
@Entity('lead_support')
export class LeadSupport {
  /** That of the form: sent twice, it is one. */
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'lead_id' }) leadId: string;
  @Column('text') kind: LeadSource;
  /** Null for people without a card, and once a cardholder has left. */
  @Column('uuid', { name: 'cardholder_id', nullable: true }) cardholderId: string | null;
  /** The business as they wrote it. */
  @Column('text', { name: 'said_name' }) saidName: string;
  @SealedColumn({ name: 'why', nullable: true }) why: string | null;
  @Column('timestamptz', { name: 'given_at' }) givenAt: Date;
}

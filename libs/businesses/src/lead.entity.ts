import { SealedColumn } from '@carers/database';
import { Column, Entity, PrimaryColumn } from 'typeorm';

export const leadKinds = ['trade', 'suggestion'] as const;
export type LeadKind = (typeof leadKinds)[number];

/** A business that has not joined: one that somebody suggested, or a trade that asked before there was vetting. */
@Entity('lead')
export class Lead {
  @PrimaryColumn('uuid') id: string;
  @Column('text') kind: LeadKind;
  @Column('text', { name: 'business_name' }) businessName: string;
  @Column('uuid', { name: 'category_id', nullable: true }) categoryId: string | null;
  @Column('text', { nullable: true }) town: string | null;
  @SealedColumn({ name: 'contact_name', nullable: true }) contactName: string | null;
  @SealedColumn({ name: 'contact_email', nullable: true }) contactEmail: string | null;
  /** `keyedHash(e-mail in lower case, 'email')`. */
  @Column('text', { name: 'contact_email_hash', nullable: true }) contactEmailHash: string | null;
  @SealedColumn({ name: 'contact_phone', nullable: true }) contactPhone: string | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
  /** When staff were done with it. */
  @Column('timestamptz', { name: 'closed_at', nullable: true }) closedAt: Date | null;
}

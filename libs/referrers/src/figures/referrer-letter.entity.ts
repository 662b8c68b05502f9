import type { LocalDate } from '@carers/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** That a referrer was told the figures of a month. */
@Entity('referrer_letter')
export class ReferrerLetter {
  @PrimaryColumn('uuid', { name: 'referrer_id' }) referrerId: string;
  /** Its first day. */
  @PrimaryColumn('date') month: LocalDate;
  @Column('text') channel: 'email' | 'post';
  @Column('uuid', { name: 'message_id' }) messageId: string;
  @Column('timestamptz', { name: 'queued_at' }) queuedAt: Date;
}

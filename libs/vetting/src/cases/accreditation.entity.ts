import type { LocalDate } from '@carers/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What an approval gives: the right to be shown as vetted, or to carry the mark, from one day until another. */
@Entity('accreditation')
export class Accreditation {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'case_id' }) caseId: string;
  @Column('uuid', { name: 'business_id' }) businessId: string;
  @Column('text', { name: 'programme_slug' }) programmeSlug: string;
  @Column('date', { name: 'valid_from' }) validFrom: LocalDate;
  /** The last day. Renewing moves it. */
  @Column('date', { name: 'valid_until' }) validUntil: LocalDate;
  /** Taken away before its time. */
  @Column('timestamptz', { name: 'ended_at', nullable: true }) endedAt: Date | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
}

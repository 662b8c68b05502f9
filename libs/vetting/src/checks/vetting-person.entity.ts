import { SealedColumn } from '@carers/database';
import type { LocalDate } from '@carers/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';

export const personRoles = ['owner', 'director', 'employee', 'subcontractor'] as const;
export type PersonRole = (typeof personRoles)[number];

export const disclosureResults = ['clear', 'content_weighed', 'refused'] as const;

/** What came of a disclosure: `content_weighed` when the certificate said something that was no bar in the end. */
export type DisclosureResult = (typeof disclosureResults)[number];

/**
 * Somebody who owns or runs the business, or goes into homes for it. The certificate of a disclosure is looked at and
 * never kept, nor its number or text: only what came of it, and when it was issued.
 */
@Entity('vetting_person')
export class VettingPerson {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'case_id' }) caseId: string;
  @SealedColumn({ name: 'name' }) name: string;
  @Column('text') role: PersonRole;
  @Column('boolean', { name: 'enters_homes' }) entersHomes: boolean;
  @Column('text', { name: 'disclosure_result', nullable: true }) disclosureResult: DisclosureResult | null;
  /** The day on which the certificate was issued. */
  @Column('date', { name: 'disclosure_on', nullable: true }) disclosureOn: LocalDate | null;
  /** The officer who looked at it. */
  @Column('uuid', { name: 'disclosure_by', nullable: true }) disclosureBy: string | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
  /** When they left the business. */
  @Column('timestamptz', { name: 'ended_at', nullable: true }) endedAt: Date | null;
}

import type { LocalDate } from '@carers/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How the fee of a year stands. `none`: there is nothing to pay. */
export type YearFee = 'none' | 'due' | 'part_paid' | 'paid' | 'overdue' | 'disputed';

/** One year of an approved case: its annual fee, and the terms that were agreed again for it. */
@Entity('case_year')
export class CaseYear {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'case_id' }) caseId: string;
  /** Counts from 1 at the approval. */
  @Column('integer') year: number;
  @Column('date', { name: 'starts_on' }) startsOn: LocalDate;
  /** The last day. */
  @Column('date', { name: 'ends_on' }) endsOn: LocalDate;
  @Column('text') fee: YearFee;
  @Column('uuid', { name: 'invoice_id', nullable: true }) invoiceId: string | null;
  /** The version of the businesses' terms that was agreed for this year. */
  @Column('text', { name: 'terms_version', nullable: true }) termsVersion: string | null;
  @Column('timestamptz', { name: 'terms_accepted_at', nullable: true }) termsAcceptedAt: Date | null;
  @Column('text', { name: 'terms_accepted_by', nullable: true }) termsAcceptedBy: string | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
}

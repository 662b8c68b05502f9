import type { LocalDate } from '@carers/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A wording of the terms for businesses. Its text is catalogue key `businesses:terms.<version>`, which never changes. */
@Entity('terms_version')
export class TermsVersion {
  @PrimaryColumn('text') version: string;
  @Column('date', { name: 'in_force_from' }) inForceFrom: LocalDate;
}

/** The proof that a business agreed to a wording. Rows are only added. */
@Entity('terms_acceptance')
export class TermsAcceptance {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'business_id' }) businessId: string;
  @Column('text') version: string;
  @Column('timestamptz', { name: 'accepted_at' }) acceptedAt: Date;
  /** Whose account said yes; null where staff typed in a paper form. */
  @Column('uuid', { name: 'account_id', nullable: true }) accountId: string | null;
}

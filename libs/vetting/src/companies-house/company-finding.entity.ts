import { sealedText } from '@carers/database';
import type { LocalDate } from '@carers/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { CompanyRecord } from './companies-house-answers.js';
import type { CompanyConcern } from './company-finding.js';

const recordAtRest = sealedText('company_finding');

/** What the register of companies had for a check on a day. Rows are only added: a later look is another row. */
@Entity('company_finding')
export class CompanyFindingRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'check_id' }) checkId: string;
  @Column('text') number: string;
  @Column('date', { name: 'looked_on' }) lookedOn: LocalDate;
  /** Null where the register has no such company. */
  @Column('text', {
    name: 'found',
    nullable: true,
    transformer: {
      to: (record: CompanyRecord | null | undefined) => record && (recordAtRest.to(JSON.stringify(record)) as string),
      from: (value: string | null) =>
        value === null ? null : (JSON.parse(recordAtRest.from(value) as string) as CompanyRecord),
    },
  })
  record: CompanyRecord | null;
  @Column('text', { array: true }) concerns: CompanyConcern[];
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
}

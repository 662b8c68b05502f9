import type { LocalDate } from '@carers/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Policy } from './policy.js';

/** The scheme's rules from a day on, until the next such row. */
@Entity('scheme_policy')
export class SchemePolicy {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'scheme_id' }) schemeId: string;
  @Column('date', { name: 'valid_from' }) validFrom: LocalDate;
  @Column('jsonb') document: Policy;
}

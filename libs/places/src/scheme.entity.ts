import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Brand, SchemeContact } from './brand.js';

/** The scheme that this deployment serves. */
@Entity('scheme')
export class Scheme {
  @PrimaryColumn('uuid') id: string;
  @Column('text') slug: string;
  @Column('text') name: string;
  @Column('jsonb') brand: Brand;
  @Column('jsonb') contact: SchemeContact;
  /** ONS codes of the councils served. */
  @Column('text', { name: 'district_codes', array: true }) districtCodes: string[];
  @Column('text', { array: true }) locales: string[];
  /** Goes up with every change to the scheme or what belongs to it. */
  @Column('integer') revision: number;
  @Column('timestamptz', { name: 'changed_at' }) changedAt: Date;
}

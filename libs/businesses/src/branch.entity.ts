import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Accessibility } from './accessibility.js';

/** One place of a business where offers are given, or its online shop (which has no address and no region). */
@Entity('branch')
export class Branch {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'business_id' }) businessId: string;
  /** Unique among all branches, so that it alone names a till's place. */
  @Column('text') slug: string;
  @Column('text') name: string;
  @Column('boolean') online: boolean;
  /** Building and street, at most three lines; without town and postcode. */
  @Column('text', { name: 'address_lines', array: true }) addressLines: string[];
  @Column('text', { nullable: true }) postcode: string | null;
  @Column('text', { nullable: true }) town: string | null;
  @Column('uuid', { name: 'region_id', nullable: true }) regionId: string | null;
  @Column('double precision', { nullable: true }) lat: number | null;
  @Column('double precision', { nullable: true }) lng: number | null;
  /** The number customers ring: public, so not sealed. */
  @Column('text', { nullable: true }) phone: string | null;
  /** Opening hours in the business's own words. */
  @Column('text', { nullable: true }) opening: string | null;
  @Column('jsonb') accessibility: Accessibility;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
  /** Since when it is no longer used; tills and the directory pass it over. */
  @Column('timestamptz', { name: 'closed_at', nullable: true }) closedAt: Date | null;
}

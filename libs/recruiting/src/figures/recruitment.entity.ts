import type { LocalDate } from '@carers/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A business that somebody's code or suggestion brought, and what came of it. */
@Entity('recruitment')
export class Recruitment {
  @PrimaryColumn('uuid', { name: 'business_id' }) businessId: string;
  /** The leaflet or letter whose code it gave. */
  @Column('uuid', { name: 'leaflet_id', nullable: true }) leafletId: string | null;
  /** The suggestion that it answers. */
  @Column('uuid', { name: 'lead_id', nullable: true }) leadId: string | null;
  @Column('date', { name: 'published_on' }) publishedOn: LocalDate;
  /** When the recruiter was thanked, once for a business. */
  @Column('timestamptz', { name: 'thanked_at', nullable: true }) thankedAt: Date | null;
  /** The day of its first use. Kept here, since uses are not kept with all their links for ever. */
  @Column('date', { name: 'first_used_on', nullable: true }) firstUsedOn: LocalDate | null;
}

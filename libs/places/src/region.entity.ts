import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A part of the territory, served by one carers service. */
@Entity('region')
export class Region {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'scheme_id' }) schemeId: string;
  @Column('uuid', { name: 'carers_service_id' }) carersServiceId: string;
  @Column('text') slug: string;
  @Column('text') name: string;
  /** ONS codes of its wards; a ward is in one region only. */
  @Column('text', { name: 'ward_codes', array: true }) wardCodes: string[];
  @Column('integer') position: number;
}

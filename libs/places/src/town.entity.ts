import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A town of a region. */
@Entity('town')
export class TownRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'scheme_id' }) schemeId: string;
  @Column('uuid', { name: 'region_id' }) regionId: string;
  @Column('text') slug: string;
  @Column('text') name: string;
  @Column('double precision') lat: number;
  @Column('double precision') lng: number;
}

import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A file that was fetched to be printed. */
@Entity('referrer_print')
export class ReferrerPrint {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'referrer_id' }) referrerId: string;
  @Column('text') what: 'leaflet' | 'pad';
  @Column('text') paper: 'a4' | 'a5';
  @Column('boolean') large: boolean;
  /** Forms in the file; a leaflet has none. */
  @Column('integer') forms: number;
  @Column('timestamptz', { name: 'printed_at' }) printedAt: Date;
}

import type { LocalDate } from '@carers/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Who hands it out: a cardholder, the scheme's staff, or a letter to one business. */
export const leafletKinds = ['cardholder', 'staff', 'letter'] as const;
export type LeafletKind = (typeof leafletKinds)[number];

/** A printed thing with a code, by which a business that joins says what brought it. */
@Entity('leaflet')
export class Leaflet {
  @PrimaryColumn('uuid') id: string;
  /** Six characters that cannot be mistaken for one another. It says nothing about anybody and opens nothing. */
  @Column('text') code: string;
  @Column('text') kind: LeafletKind;
  /** Whose it is; null for the scheme's own, and once a cardholder has left. */
  @Column('uuid', { name: 'cardholder_id', nullable: true }) cardholderId: string | null;
  /** The business that a letter is written to. */
  @Column('uuid', { name: 'lead_id', nullable: true }) leadId: string | null;
  /** Where staff put it: "Library, Poole". */
  @Column('text', { nullable: true }) label: string | null;
  @Column('uuid', { name: 'region_id', nullable: true }) regionId: string | null;
  @Column('timestamptz', { name: 'made_at' }) madeAt: Date;
  /** How often it was fetched to print. */
  @Column('integer') downloads: number;
  @Column('date', { name: 'first_downloaded_on', nullable: true }) firstDownloadedOn: LocalDate | null;
  /** The cardholder asked to be told when a place that they brought joins. */
  @Column('boolean', { name: 'thanks_wanted' }) thanksWanted: boolean;
}

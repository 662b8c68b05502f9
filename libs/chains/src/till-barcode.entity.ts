import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A number by which a chain's tills know an offer, or did: what was sold under an old one is told of later. */
@Entity('till_barcode')
export class TillBarcode {
  @PrimaryColumn('uuid', { name: 'business_id' }) businessId: string;
  /** EAN-13 (ISO/IEC 15420): thirteen digits, the last of which follows from the others. */
  @PrimaryColumn('text') ean13: string;
  @Column('uuid', { name: 'offer_id' }) offerId: string;
  @Column('timestamptz') since: Date;
  @Column('timestamptz', { name: 'ended_at', nullable: true }) endedAt: Date | null;
}

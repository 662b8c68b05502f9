import { Column, Entity, PrimaryColumn } from 'typeorm';

export type Symbology = 'ean13' | 'code128';

/** A code that works once at a chain's tills. It is one person's from the moment it is handed out. */
@Entity('till_code')
export class TillCode {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'business_id' }) businessId: string;
  @Column('uuid', { name: 'offer_id' }) offerId: string;
  /** Printable ASCII, at most 30 characters; unique in a business. */
  @Column('text') code: string;
  @Column('text') symbology: Symbology;
  @Column('timestamptz', { name: 'added_at' }) addedAt: Date;
  @Column('timestamptz', { name: 'handed_at', nullable: true }) handedAt: Date | null;
  /** Null before it is handed out, and again once the link to a person has run out. */
  @Column('uuid', { name: 'cardholder_id', nullable: true }) cardholderId: string | null;
  @Column('uuid', { name: 'card_id', nullable: true }) cardId: string | null;
  /** Which period of the offer's limit per card it was handed out for, as "week:2026-11-16". */
  @Column('text', { nullable: true }) period: string | null;
  /** 1 for the first code in that period. */
  @Column('integer', { nullable: true }) turn: number | null;
  /** When it was used, as the chain told. */
  @Column('timestamptz', { name: 'used_at', nullable: true }) usedAt: Date | null;
}

import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A kind of place that a cardholder would like to use the card at, in their region or one town of it. */
@Entity('place_vote')
export class PlaceVote {
  @PrimaryColumn('uuid', { name: 'cardholder_id' }) cardholderId: string;
  @PrimaryColumn('uuid', { name: 'category_id' }) categoryId: string;
  @Column('uuid', { name: 'region_id' }) regionId: string;
  /** Null for anywhere in the region. */
  @Column('uuid', { name: 'town_id', nullable: true }) townId: string | null;
  @Column('timestamptz', { name: 'voted_at' }) votedAt: Date;
}

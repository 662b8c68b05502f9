import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How tills know an offer: by one number for everybody, by a code for each use, or not at all. */
export type ArrangementKind = 'static' | 'pool' | 'none';

/** How the tills of a chain know one of its offers. */
@Entity('till_arrangement')
export class TillArrangement {
  @PrimaryColumn('uuid', { name: 'offer_id' }) offerId: string;
  @Column('uuid', { name: 'business_id' }) businessId: string;
  @Column('text') kind: ArrangementKind;
  /** Codes of the pool: all that were added and not taken away again. */
  @Column('integer') added: number;
  /** Those of them that somebody has. */
  @Column('integer') handed: number;
  /** When the owner was told that few are left, since codes were last added. */
  @Column('timestamptz', { name: 'warned_at', nullable: true }) warnedAt: Date | null;
  @Column('timestamptz', { name: 'changed_at' }) changedAt: Date;

  /** Codes that nobody has yet. */
  get left(): number {
    return this.added - this.handed;
  }

  /** One in ten is left, or fewer. */
  get runsLow(): boolean {
    return this.left * 10 <= this.added;
  }
}

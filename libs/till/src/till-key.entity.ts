import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A key of a till: one, and while it is being rotated two, of which the older ends by itself. */
@Entity('till_key')
export class TillKey {
  /** SHA-256 of the key; the key itself is shown once and kept nowhere. */
  @PrimaryColumn('text', { name: 'key_hash' }) keyHash: string;
  @Column('uuid', { name: 'till_id' }) tillId: string;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
  /** When a rotated key stops working; null for the present one. */
  @Column('timestamptz', { name: 'ends_at', nullable: true }) endsAt: Date | null;
  /** To the minute. */
  @Column('timestamptz', { name: 'last_used_at', nullable: true }) lastUsedAt: Date | null;
}

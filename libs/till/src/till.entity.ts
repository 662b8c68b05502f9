import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A till of one branch: a shop's own system with a key, or a phone that was paired. */
@Entity('till')
export class Till {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'branch_id' }) branchId: string;
  @Column('text') name: string;
  @Column('text') kind: 'key' | 'phone';
  /** SHA-256 of the key; the key itself is shown once and kept nowhere. */
  @Column('text', { name: 'key_hash' }) keyHash: string;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
  @Column('timestamptz', { name: 'last_used_at', nullable: true }) lastUsedAt: Date | null;
  @Column('timestamptz', { name: 'ended_at', nullable: true }) endedAt: Date | null;
}

import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { TillScope } from './till.entity.js';

/** Kept by triggers, and read by the functions of the till alone. */
const byTriggers = { insert: false, update: false, select: false } as const;

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

  /** Where it works, and what for: as its till says. */
  @Column('uuid', { name: 'branch_id', ...byTriggers }) branchId: string;
  @Column('uuid', { name: 'business_id', nullable: true, ...byTriggers }) businessId: string | null;
  @Column('text', { array: true, ...byTriggers }) scopes: TillScope[];
  @Column('boolean', { name: 'till_ended', ...byTriggers }) tillEnded: boolean;
  @Column('boolean', { name: 'branch_closed', ...byTriggers }) branchClosed: boolean;
  @Column('boolean', { name: 'business_published', ...byTriggers }) businessPublished: boolean;
  /** Whether it may be used at present, apart from `endsAt`. */
  @Column('boolean', byTriggers) works: boolean;
}

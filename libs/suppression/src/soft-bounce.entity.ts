import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Channel } from './reasons.js';

/** The bounces of an address that may pass (a full mailbox, a server that is away), since something last arrived. */
@Entity('soft_bounce')
export class SoftBounce {
  @PrimaryColumn('text') channel: Channel;
  @PrimaryColumn('text', { name: 'address_hash' }) addressHash: string;
  /** What each was about, so that a report which comes twice counts once. */
  @Column('text', { array: true }) counted: string[];
  @Column('timestamptz', { name: 'last_at' }) lastAt: Date;
}

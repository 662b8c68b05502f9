import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Channel, Reason } from './reasons.js';

/** An address to which nothing is sent, for one reason. Only hashes of it are kept. */
@Entity('suppressed_address')
export class SuppressedAddress {
  @PrimaryColumn('text') channel: Channel;
  @PrimaryColumn('text', { name: 'address_hash' }) addressHash: string;
  /** Whom there; empty for everybody at the address. */
  @PrimaryColumn('text', { name: 'name_hash' }) nameHash: string;
  @PrimaryColumn('text') reason: Reason;
  @Column('timestamptz') since: Date;
  /** Because of what: a subscriber, a message, a delivery. */
  @Column('text', { name: 'about_kind', nullable: true }) aboutKind: string | null;
  @Column('text', { name: 'about_id', nullable: true }) aboutId: string | null;
}

import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Channel, Purpose } from './purposes.js';

/** Where one person stands with one purpose by one channel: the last consent event, kept ready for sending. */
@Entity('subscription')
export class Subscription {
  @PrimaryColumn('uuid', { name: 'subscriber_id' }) subscriberId: string;
  @PrimaryColumn('text') purpose: Purpose;
  @PrimaryColumn('text') channel: Channel;
  @Column('boolean') active: boolean;
  /** When the last answer that changed it was given. */
  @Column('timestamptz') since: Date;
}

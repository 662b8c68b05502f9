import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { HoldReason } from './hold-reasons.js';

/** Whether somebody is held back for a reason: the last hold event, kept ready for sending. */
@Entity('subscriber_hold')
export class SubscriberHold {
  @PrimaryColumn('uuid', { name: 'subscriber_id' }) subscriberId: string;
  @PrimaryColumn('text') reason: HoldReason;
  @Column('boolean') active: boolean;
  /** When it last began or ended. */
  @Column('timestamptz') since: Date;
  /** The card that was suspended because of it; null where none ran, or a registrar had stopped it before. */
  @Column('uuid', { name: 'card_id', nullable: true }) cardId: string | null;
}

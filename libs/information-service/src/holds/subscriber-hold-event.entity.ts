import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { HoldReason, HoldWay } from './hold-reasons.js';

/** A hold began or ended. Rows are only ever added; the database refuses the rest. Why, in words, is in the audit trail. */
@Entity('subscriber_hold_event')
export class SubscriberHoldEvent {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'subscriber_id' }) subscriberId: string;
  /** 1 for the first of a person, one more for each that follows. */
  @Column('integer') number: number;
  @Column('text') reason: HoldReason;
  @Column('text') fact: 'held' | 'lifted';
  @Column('uuid', { name: 'carers_service_id' }) carersServiceId: string;
  @Column('timestamptz') at: Date;
  @Column('text') how: HoldWay;
  @Column('text', { name: 'asked_by_kind' }) askedByKind: string;
  @Column('text', { name: 'asked_by_id' }) askedById: string;
}

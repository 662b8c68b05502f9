import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { SubscriberFilter } from './filter-fields.js';

/** A filter that a carers service saved under a name, to open again and to send to. It is a rule, not a list of people. */
@Entity('segment')
export class Segment {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'carers_service_id' }) carersServiceId: string;
  @Column('text') name: string;
  @Column('jsonb') filter: SubscriberFilter;
  /** One more with each change: two officers cannot undo one another unseen, and what was sent can say what it meant. */
  @Column('integer') version: number;
  @Column('uuid', { name: 'created_by' }) createdBy: string;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
  @Column('timestamptz', { name: 'changed_at' }) changedAt: Date;
  /** Put away: no list shows it, what was sent to it still names it. */
  @Column('timestamptz', { name: 'deleted_at', nullable: true }) deletedAt: Date | null;
}

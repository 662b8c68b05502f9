import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Something that happened, as it is told: thin, with ids instead of what they stand for. */
@Entity('webhook_event')
export class WebhookEvent {
  /** The `webhook-id`, the same in every attempt and replay: what a receiver tells a repeat by. */
  @PrimaryColumn('uuid') id: string;
  /** Grows with time, with gaps: of two events about the same thing the later one has the higher number. */
  @Column({ type: 'bigint', insert: false, update: false }) sequence: number;
  @Column('text', { name: 'owner_kind' }) ownerKind: string;
  @Column('uuid', { name: 'owner_id' }) ownerId: string;
  @Column('text') type: string;
  @Column('jsonb') data: object;
  @Column('timestamptz', { name: 'happened_at' }) happenedAt: Date;
}

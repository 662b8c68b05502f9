import { Column, Entity, PrimaryColumn } from 'typeorm';

/** `waiting`: for its first or next attempt; `failed`: given up, to be looked at and sent again by hand. */
export type DeliveryState = 'waiting' | 'delivered' | 'failed';

/** What went wrong with an attempt, where there was no answer with a status. */
export type AttemptFault = 'timeout' | 'connection' | 'address' | 'redirect' | 'status' | 'gone';

/** One event on its way to one endpoint. */
@Entity('webhook_delivery')
export class WebhookDelivery {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'event_id' }) eventId: string;
  @Column('uuid', { name: 'endpoint_id' }) endpointId: string;
  @Column('text') state: DeliveryState;
  /** Attempts begun since it was queued or sent again by hand. */
  @Column('integer') attempts: number;
  /** When it may be tried next. Whoever tries moves it on first: who dies on the way leaves it due again. */
  @Column('timestamptz', { name: 'next_at' }) nextAt: Date;
  /** Until when the one who tries has it to themselves; null while nobody does. */
  @Column('timestamptz', { name: 'claimed_until', nullable: true }) claimedUntil: Date | null;
  @Column('timestamptz', { name: 'last_at', nullable: true }) lastAt: Date | null;
  @Column('integer', { name: 'last_status', nullable: true }) lastStatus: number | null;
  @Column('text', { name: 'last_fault', nullable: true }) lastFault: AttemptFault | null;
  /** The beginning of the last answer's body. */
  @Column('text', { name: 'last_body', nullable: true }) lastBody: string | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
}

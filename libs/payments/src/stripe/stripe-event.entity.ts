import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An event that Stripe told us of, once. What it means is read from Stripe's object when it is dealt with, never from here. */
@Entity('stripe_event')
export class StripeEvent {
  /** Stripe's own id, `evt_…`: the same event twice is one row. */
  @PrimaryColumn('text') id: string;
  @Column('text') type: string;
  /** The object that the event is about, as `cs_…`. */
  @Column('text', { name: 'object_id', nullable: true }) objectId: string | null;
  /** When it happened, by Stripe's clock. */
  @Column('timestamptz', { name: 'occurred_at' }) occurredAt: Date;
  @Column('timestamptz', { name: 'received_at' }) receivedAt: Date;
  @Column('timestamptz', { name: 'dealt_with_at', nullable: true }) dealtWithAt: Date | null;
}

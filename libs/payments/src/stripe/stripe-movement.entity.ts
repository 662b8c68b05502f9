import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What can be held against our ledger. */
export type MovementKind = 'payment' | 'refund' | 'dispute';

/** One movement of Stripe's balance, as Stripe says. */
@Entity('stripe_movement')
export class StripeMovement {
  /** `txn_…` */
  @PrimaryColumn('text') id: string;
  @Column('text') what: MovementKind;
  /** Stripe's id of the payment, refund or dispute. */
  @Column('text') reference: string;
  @Column('text', { name: 'payment_intent_id', nullable: true }) paymentIntentId: string | null;
  /** Above zero, whichever way it went. */
  @Column('integer') pence: number;
  @Column('timestamptz', { name: 'moved_at' }) movedAt: Date;
}

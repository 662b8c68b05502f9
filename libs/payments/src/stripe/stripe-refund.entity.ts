import { Column, Entity, PrimaryColumn } from 'typeorm';

/** `asked` by staff · `given` Stripe has it · `failed` the bank could not take it · `refused` Stripe would not. */
export type StripeRefundState = 'asked' | 'given' | 'failed' | 'refused';

/** A refund that staff ask for by the way on which the money came. */
@Entity('stripe_refund')
export class StripeRefund {
  @PrimaryColumn('uuid') id: string;
  /** `pi_…` */
  @Column('text', { name: 'payment_id' }) paymentId: string;
  @Column('integer') pence: number;
  @Column('text') reason: string;
  @Column('text', { name: 'actor_kind' }) actorKind: string;
  @Column('text', { name: 'actor_id' }) actorId: string;
  @Column('text') state: StripeRefundState;
  /** `re_…` or `pyr_…` */
  @Column('text', { name: 'refund_id', nullable: true }) refundId: string | null;
  @Column('timestamptz', { name: 'asked_at' }) askedAt: Date;
  /** The same for the same form: it asks once, however often it is sent. */
  @Column('text', { nullable: true }) once: string | null;
}

import type { Stripe } from 'stripe';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * `asked` written, and Stripe asked or about to be · `open` Stripe's page waits for the payer · `processing` their bank
 * is asked · `paid`, `failed`, `expired` how it ended · `refused` Stripe would not have it · `lost` Stripe knows nothing
 * of it.
 */
export type CheckoutState = 'asked' | 'open' | 'processing' | 'paid' | 'failed' | 'expired' | 'refused' | 'lost';

/** One visit to Stripe's page for one invoice. */
@Entity('stripe_checkout')
export class StripeCheckout {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'invoice_id' }) invoiceId: string;
  @Column('uuid', { name: 'business_id' }) businessId: string;
  @Column('integer') pence: number;
  /** Exactly what Stripe was asked. */
  @Column('json') request: Stripe.Checkout.SessionCreateParams;
  @Column('text') state: CheckoutState;
  /** `cs_…` */
  @Column('text', { name: 'session_id', nullable: true }) sessionId: string | null;
  @Column('text', { nullable: true }) url: string | null;
  @Column('text', { name: 'payment_intent_id', nullable: true }) paymentIntentId: string | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
  /** When Stripe closes its page. */
  @Column('timestamptz', { name: 'expires_at' }) expiresAt: Date;
  @Column('timestamptz', { name: 'looked_at', nullable: true }) lookedAt: Date | null;
  @Column('timestamptz', { name: 'ended_at', nullable: true }) endedAt: Date | null;

  /** Moves on, and ends where the state is an end. */
  become(state: CheckoutState, at: Date): void {
    this.state = state;
    const ended = state !== 'asked' && state !== 'open' && state !== 'processing';
    this.endedAt = ended ? (this.endedAt ?? at) : null;
    // The address lets anybody who has it see the payer's name; it is of no use any more.
    if (state !== 'asked' && state !== 'open') this.url = null;
  }
}

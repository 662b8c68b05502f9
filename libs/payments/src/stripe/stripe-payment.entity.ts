import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { PaymentMethodName } from '../ledger/ledger-transaction.entity.js';

export type StripePaymentState = 'waiting' | 'processing' | 'succeeded' | 'failed' | 'canceled';

/** A payment of Stripe's for one of our invoices, as it was when we last looked. */
@Entity('stripe_payment')
export class StripePayment {
  /** Stripe's own id, `pi_…`. */
  @PrimaryColumn('text') id: string;
  @Column('uuid', { name: 'invoice_id' }) invoiceId: string;
  @Column('integer') pence: number;
  @Column('text', { nullable: true }) method: Exclude<PaymentMethodName, 'bank_transfer'> | null;
  @Column('text') state: StripePaymentState;
  @Column('text', { name: 'charge_id', nullable: true }) chargeId: string | null;
  /** The last charge that failed and of which the payer was told. */
  @Column('text', { name: 'failed_charge_id', nullable: true }) failedChargeId: string | null;
  @Column('integer', { name: 'refunded_pence' }) refundedPence: number;
  @Column('boolean') disputed: boolean;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
  @Column('timestamptz', { name: 'looked_at' }) lookedAt: Date;
}

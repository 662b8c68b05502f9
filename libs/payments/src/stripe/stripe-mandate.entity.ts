import { Column, Entity, PrimaryColumn } from 'typeorm';

export type MandateState = 'pending' | 'active' | 'inactive';

/** The leave of a business to debit its bank account. The account itself is known to Stripe alone. */
@Entity('stripe_mandate')
export class StripeMandate {
  /** `pm_…` */
  @PrimaryColumn('text', { name: 'payment_method_id' }) paymentMethodId: string;
  /** `mandate_…` */
  @Column('text', { name: 'mandate_id' }) mandateId: string;
  @Column('uuid', { name: 'business_id' }) businessId: string;
  @Column('text', { name: 'customer_id' }) customerId: string;
  @Column('text') state: MandateState;
  @Column('timestamptz', { name: 'given_at' }) givenAt: Date;
  @Column('timestamptz', { name: 'looked_at' }) lookedAt: Date;
}

import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A business as Stripe's customer: one for each. */
@Entity('stripe_customer')
export class StripeCustomer {
  @PrimaryColumn('uuid', { name: 'business_id' }) businessId: string;
  /** `cus_…` */
  @Column('text', { name: 'customer_id' }) customerId: string;
  /** Keyed hash of the name and address that Stripe has. */
  @Column('text', { nullable: true }) told: string | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
}

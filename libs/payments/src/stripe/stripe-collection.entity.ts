import type { LocalDate } from '@carers/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * `told` the payer knows the day and the sum · `asked` the day has come · `processing` their bank is asked · `paid`,
 * `failed` what it answered · `stopped` not wanted any more.
 */
export type CollectionState = 'told' | 'asked' | 'processing' | 'paid' | 'failed' | 'stopped';

/** One Direct Debit for one instalment of an invoice. */
@Entity('stripe_collection')
export class StripeCollection {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'invoice_id' }) invoiceId: string;
  /** Its place among the instalments. */
  @Column('integer') instalment: number;
  @Column('text', { name: 'payment_method_id' }) paymentMethodId: string;
  @Column('integer') pence: number;
  /** The day that the payer was told of. */
  @Column('date', { name: 'collect_on' }) collectOn: LocalDate;
  @Column('text') state: CollectionState;
  @Column('text', { name: 'payment_intent_id', nullable: true }) paymentIntentId: string | null;
  @Column('timestamptz', { name: 'told_at' }) toldAt: Date;
  @Column('timestamptz', { name: 'ended_at', nullable: true }) endedAt: Date | null;

  /** Moves on, and ends where the state is an end. */
  become(state: CollectionState, at: Date): void {
    this.state = state;
    this.endedAt = state === 'paid' || state === 'failed' || state === 'stopped' ? at : null;
  }
}

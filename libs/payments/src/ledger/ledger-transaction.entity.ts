import type { LocalDate } from '@carers/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';

export type LedgerKind =
  | 'issue'
  | 'receipt'
  | 'refund'
  | 'credit'
  | 'write_off'
  | 'reversal'
  | 'dispute'
  | 'dispute_won'
  | 'dispute_lost'
  | 'fee'
  | 'payout';

export const paymentMethods = ['bank_transfer', 'stripe_card', 'stripe_bacs'] as const;
/** How money moved. */
export type PaymentMethodName = (typeof paymentMethods)[number];

/** One thing that happened to money, with entries that sum to zero. Rows are only added. */
@Entity('ledger_transaction')
export class LedgerTransaction {
  @PrimaryColumn('uuid') id: string;
  /** The order in which they were written. */
  @Column({ type: 'bigint', insert: false, update: false }) sequence: number;
  @Column('text') kind: LedgerKind;
  @Column('text') once: string;
  @Column('uuid', { name: 'invoice_id', nullable: true }) invoiceId: string | null;
  @Column('uuid', { name: 'reverses_id', nullable: true }) reversesId: string | null;
  /** The day on which the money moved, as the bank or Stripe says. */
  @Column('date', { name: 'happened_on' }) happenedOn: LocalDate;
  @Column('timestamptz', { name: 'recorded_at' }) recordedAt: Date;
  @Column('text', { nullable: true }) method: PaymentMethodName | null;
  @Column('text', { nullable: true }) reference: string | null;
  @Column('text', { nullable: true }) reason: string | null;
  @Column('text', { name: 'actor_kind' }) actorKind: string;
  @Column('text', { name: 'actor_id' }) actorId: string;
  /** How many entries it has. */
  @Column('integer') entries: number;
}

import type { LocalDate } from '@carers/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { MovementKind } from './stripe-movement.entity.js';

/** Something in which our ledger and Stripe's books differ, until they agree. */
@Entity('stripe_difference')
export class StripeDifference {
  @PrimaryColumn('uuid') id: string;
  @Column('text') kind: 'ours_only' | 'theirs_only' | 'amount';
  @Column('text') what: MovementKind;
  @Column('text') reference: string;
  @Column('uuid', { name: 'invoice_id', nullable: true }) invoiceId: string | null;
  @Column('integer', { name: 'ours_pence', nullable: true }) oursPence: number | null;
  @Column('integer', { name: 'theirs_pence', nullable: true }) theirsPence: number | null;
  @Column('date', { name: 'happened_on' }) happenedOn: LocalDate;
  @Column('timestamptz', { name: 'found_at' }) foundAt: Date;
  @Column('timestamptz', { name: 'seen_at' }) seenAt: Date;
  @Column('timestamptz', { name: 'closed_at', nullable: true }) closedAt: Date | null;
}

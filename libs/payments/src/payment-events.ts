import type { Actor } from '@carers/audit';
import type { Tx } from '@carers/database';
import { Injectable } from '@nestjs/common';

/**
 * `paid` nothing is owed any more, for money came · `part_paid` some came · `overdue` an instalment's day has passed ·
 * `failed` a payment did not come, or one that was noted was taken back by staff · `disputed`, `dispute_won`,
 * `dispute_lost` the payer's bank asked for the money back, and how that ended (lost: it is owed again) · `refunded`
 * money was given back · `credited` a credit note was made · `written_off` nobody waits for the rest.
 */
export type PaymentEvent =
  | 'paid'
  | 'part_paid'
  | 'overdue'
  | 'failed'
  | 'disputed'
  | 'dispute_won'
  | 'dispute_lost'
  | 'refunded'
  | 'credited'
  | 'written_off';

/** An invoice after something happened to its money. */
export interface PaymentChange {
  invoiceId: string;
  businessId: string;
  purpose: string;
  about: { kind: string; id: string };
  actor: Actor;
  /** Received and not given back. */
  paidPence: number;
  /** Still owed; never below zero. */
  duePence: number;
}

type Listener = (tx: Tx, change: PaymentChange) => Promise<void>;

/** Lets libs above change their own rows in the same transaction when the money of an invoice moves. */
@Injectable()
export class PaymentEvents {
  private readonly listeners = new Map<PaymentEvent, Listener[]>();

  on(event: PaymentEvent, listener: Listener): void {
    this.listeners.set(event, [...(this.listeners.get(event) ?? []), listener]);
  }

  async announce(tx: Tx, event: PaymentEvent, change: PaymentChange): Promise<void> {
    for (const listener of this.listeners.get(event) ?? []) await listener(tx, change);
  }
}

import { dateInLondon, type LocalDate } from '@carers/kernel';
import type { Stripe } from 'stripe';
import type { StripePayment, StripePaymentState } from './stripe-payment.entity.js';

/** One thing that is so, by what Stripe says now. */
export interface Fact {
  kind: 'received' | 'refunded' | 'refund_failed' | 'disputed' | 'dispute_won' | 'dispute_lost';
  pence: number;
  /** Stripe's id of the payment, refund or dispute. */
  reference: string;
  /** The same for the same fact, whenever it is read. */
  once: string;
  on: LocalDate;
  /** Of a refund: our id of it, where we asked for it. */
  ours?: string;
}

/** A payment of Stripe's with all that became of it. */
export interface PaymentSeen {
  intent: Stripe.PaymentIntent;
  /** The last charge, with what it did to the balance. */
  charge: Stripe.Charge | null;
  refunds: readonly Stripe.Refund[];
  disputes: readonly Stripe.Dispute[];
}

/**
 * What follows from the state of a payment, oldest first. It tells nothing of what is still open, so facts are never
 * taken back: an older reading has fewer of them, and reading again adds only what is new.
 */
export function factsOf({ intent, charge, refunds, disputes }: PaymentSeen): Fact[] {
  const { id, amount_received: pence } = intent;
  if (intent.status !== 'succeeded' || pence <= 0) return [];
  const facts: Fact[] = [
    { kind: 'received', pence, reference: id, once: `stripe:${id}`, on: dayOf(movedAt(charge) ?? intent.created) },
  ];
  for (const refund of byAge(refunds)) {
    const told = { pence: refund.amount, reference: refund.id, on: dayOf(refund.created) };
    // One that was called off may have been seen while it was on its way; where it was not, there is nothing to mirror.
    if (refund.status === 'canceled')
      facts.push({ kind: 'refund_failed', once: `stripe:${refund.id}:failed`, ...told });
    // A refund that is on its way has left the balance already.
    if (!['pending', 'succeeded', 'failed'].includes(refund.status ?? '')) continue;
    facts.push({ kind: 'refunded', once: `stripe:${refund.id}`, ours: refund.metadata?.['refund'], ...told });
    if (refund.status === 'failed') facts.push({ kind: 'refund_failed', once: `stripe:${refund.id}:failed`, ...told });
  }
  for (const dispute of byAge(disputes)) {
    // A mere enquiry takes no money.
    if (dispute.balance_transactions.length === 0) continue;
    const told = { pence: dispute.amount, reference: dispute.id, on: dayOf(dispute.created) };
    facts.push({ kind: 'disputed', once: `stripe:${dispute.id}`, ...told });
    const ended = ends.get(dispute.status);
    if (ended) facts.push({ kind: ended, once: `stripe:${dispute.id}:ended`, ...told });
  }
  return facts;
}

/** How a dispute can end. */
const ends = new Map<string, Fact['kind']>([
  ['won', 'dispute_won'],
  ['lost', 'dispute_lost'],
]);

/** Where a payment stands. */
export function stateOf(intent: Stripe.PaymentIntent): StripePaymentState {
  const status: string = intent.status;
  if (status === 'succeeded' || status === 'processing' || status === 'canceled') return status;
  return intent.last_payment_error ? 'failed' : 'waiting';
}

/** By what a charge is paid; null for what we do not take. */
export function methodOf(charge: Stripe.Charge | null): StripePayment['method'] {
  const type = charge?.payment_method_details?.type;
  if (type === 'bacs_debit') return 'stripe_bacs';
  return type ? 'stripe_card' : null;
}

function movedAt(charge: Stripe.Charge | null): number | null {
  const moved = charge?.balance_transaction;
  return moved && typeof moved === 'object' ? moved.created : (charge?.created ?? null);
}

function byAge<T extends { created: number }>(list: readonly T[]): T[] {
  return [...list].sort((one, other) => one.created - other.created);
}

function dayOf(seconds: number): LocalDate {
  return dateInLondon(new Date(seconds * 1000));
}

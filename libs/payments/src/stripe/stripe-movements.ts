import type { Stripe } from 'stripe';
import { idOf } from './ids-of.js';
import type { StripeMovement } from './stripe-movement.entity.js';

/**
 * What a movement of Stripe's balance is of ours; null for payouts, fees and all that has no entry in our ledger, and for
 * what another scheme's program did in the same account.
 * @param scheme the slug of this scheme, which we write on all that we ask for
 */
export function movementOf(moved: Stripe.BalanceTransaction, scheme: string): StripeMovement | null {
  const { id, type, source } = moved;
  if (!source || typeof source === 'string') return null;
  const named = { id, movedAt: new Date(moved.created * 1000) };
  if (source.object === 'charge' && (type === 'charge' || type === 'payment')) {
    if ((source.metadata['scheme'] ?? scheme) !== scheme) return null;
    const intent = idOf(source.payment_intent);
    const reference = intent ?? source.id;
    return { ...named, what: 'payment', reference, paymentIntentId: intent, pence: moved.amount };
  }
  if (source.object === 'refund' && (type === 'refund' || type === 'payment_refund')) {
    if ((source.metadata?.['scheme'] ?? scheme) !== scheme) return null;
    const paymentIntentId = idOf(source.payment_intent);
    return { ...named, what: 'refund', reference: source.id, paymentIntentId, pence: -moved.amount };
  }
  // What comes back when a dispute is won has its own movement, above zero.
  if (source.object === 'dispute' && type === 'adjustment' && moved.amount < 0) {
    const paymentIntentId = idOf(source.payment_intent);
    return { ...named, what: 'dispute', reference: source.id, paymentIntentId, pence: -moved.amount };
  }
  return null;
}

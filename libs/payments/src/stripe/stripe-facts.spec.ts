import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Stripe } from 'stripe';
import { factsOf, methodOf, type PaymentSeen, stateOf } from './stripe-facts.js';

const at = Date.parse('2026-11-21T10:00:00Z') / 1000;

function seen(changes: {
  status?: string;
  refunds?: Partial<Stripe.Refund>[];
  disputes?: Partial<Stripe.Dispute>[];
}): PaymentSeen {
  const intent = {
    id: 'pi_1',
    amount: 17_400,
    amount_received: 17_400,
    created: at,
    status: changes.status ?? 'succeeded',
  };
  return {
    intent: intent as unknown as Stripe.PaymentIntent,
    charge: null,
    refunds: (changes.refunds ?? []) as Stripe.Refund[],
    disputes: (changes.disputes ?? []) as Stripe.Dispute[],
  };
}

const refund = (id: string, status: string, amount = 100, created = at) => ({ id, status, amount, created });
const dispute = (status: string, taken = true) => ({
  id: 'dp_1',
  status: status as Stripe.Dispute.Status,
  amount: 17_400,
  created: at,
  balance_transactions: (taken ? [{}] : []) as Stripe.BalanceTransaction[],
});

describe('what follows from the state of a payment', () => {
  it('is nothing before the money is there', () => {
    for (const status of ['processing', 'requires_payment_method', 'canceled', 'something_new'])
      expect(factsOf(seen({ status, refunds: [refund('re_1', 'succeeded')] }))).toEqual([]);
  });

  it('is that it came, on the day in London', () => {
    expect(factsOf(seen({}))).toEqual([
      { kind: 'received', pence: 17_400, reference: 'pi_1', once: 'stripe:pi_1', on: '2026-11-21' },
    ]);
  });

  it('is each refund that left, and the return of one that failed', () => {
    const refunds = [refund('re_2', 'failed', 200, at + 9), refund('re_1', 'pending'), refund('re_3', 'canceled')];
    expect(factsOf(seen({ refunds })).map(({ kind, once }) => `${kind} ${once}`)).toEqual([
      'received stripe:pi_1',
      'refunded stripe:re_1',
      // Called off: it mirrors what was written while it was pending, and nothing where nothing was.
      'refund_failed stripe:re_3:failed',
      'refunded stripe:re_2',
      'refund_failed stripe:re_2:failed',
    ]);
  });

  it('is a dispute that took money and how it ended, and no mere enquiry', () => {
    const kinds = (each: Partial<Stripe.Dispute>) => factsOf(seen({ disputes: [each] })).map(({ kind }) => kind);
    expect(kinds(dispute('needs_response'))).toEqual(['received', 'disputed']);
    expect(kinds(dispute('won'))).toEqual(['received', 'disputed', 'dispute_won']);
    expect(kinds(dispute('lost'))).toEqual(['received', 'disputed', 'dispute_lost']);
    expect(kinds(dispute('warning_needs_response', false))).toEqual(['received']);
    expect(kinds(dispute('a_status_to_come'))).toEqual(['received', 'disputed']);
  });

  it('only grows: an older reading says nothing that a newer one does not say too, whatever the order of lists', () => {
    const states = {
      pending: ['pending', 'succeeded', 'failed'],
      succeeded: ['succeeded', 'failed'],
      failed: ['failed'],
    };
    const before = fc.constantFrom('pending', 'succeeded', 'failed' as const);
    const pairs = fc.uniqueArray(
      before.chain((first) =>
        fc.tuple(
          fc.integer({ min: 0, max: 50 }),
          fc.constant(first),
          fc.constantFrom(...states[first as keyof typeof states]),
        ),
      ),
      { selector: ([id]) => id, maxLength: 8 },
    );
    fc.assert(
      fc.property(pairs, fc.integer({ min: 0, max: 8 }), (all, known) => {
        const older = all.slice(0, known).map(([id, status]) => refund(`re_${id}`, status, 1 + id, at + id));
        const newer = all.map(([id, , status]) => refund(`re_${id}`, status, 1 + id, at + id)).reverse();
        const [first, second] = [factsOf(seen({ refunds: older })), factsOf(seen({ refunds: newer }))];
        for (const fact of first) expect(second).toContainEqual(fact);
        expect(new Set(second.map(({ once }) => once)).size).toBe(second.length);
      }),
    );
  });
});

describe('where a payment stands', () => {
  const intent = (status: string, failed = false) =>
    ({ status, last_payment_error: failed ? {} : null }) as unknown as Stripe.PaymentIntent;

  it('is waiting until something was tried', () => {
    expect(stateOf(intent('requires_payment_method'))).toBe('waiting');
    expect(stateOf(intent('requires_payment_method', true))).toBe('failed');
    expect(stateOf(intent('processing'))).toBe('processing');
    expect(stateOf(intent('something_new'))).toBe('waiting');
  });

  it('by Direct Debit is told apart from all that is paid at once', () => {
    const charge = (type: string) => ({ payment_method_details: { type } }) as unknown as Stripe.Charge;
    expect(methodOf(charge('bacs_debit'))).toBe('stripe_bacs');
    expect(methodOf(charge('card'))).toBe('stripe_card');
    expect(methodOf(null)).toBeNull();
  });
});

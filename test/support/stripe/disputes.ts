import type { Stripe } from 'stripe';
import type { Account } from './account.js';
import { invalid } from './errors.js';
import { chargeMethod, type Payments } from './payments.js';

/** Money that goes back: refunds that are asked for, and disputes that are not. */
export class GoingBack {
  constructor(
    private readonly account: Account,
    private readonly payments: Payments,
  ) {}

  /** @throws Refusal for more than is left */
  refund(charge: Stripe.Charge, given: { amount?: number; reason?: string; metadata?: object }): Stripe.Refund {
    const { account } = this;
    const left = charge.amount - charge.amount_refunded;
    const amount = given.amount ?? left;
    if (charge.status !== 'succeeded') throw invalid('This charge has not succeeded.', { param: 'charge' });
    if (charge.disputed) throw invalid('This charge has been charged back.', { code: 'charge_disputed' });
    if (left === 0) throw invalid('This charge has already been refunded.', { code: 'charge_already_refunded' });
    if (amount > left || amount < 1)
      throw invalid(`Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`, {
        param: 'amount',
      });
    const card = chargeMethod(charge) === 'card';
    const id = account.id(card ? 're' : 'pyr');
    const refund = {
      id,
      object: 'refund',
      amount,
      balance_transaction: this.payments.move(card ? 'refund' : 'payment_refund', id, -amount).id,
      charge: charge.id,
      created: account.seconds,
      currency: 'gbp',
      metadata: given.metadata ?? {},
      payment_intent: charge.payment_intent,
      reason: given.reason ?? null,
      status: card ? 'succeeded' : 'pending',
    };
    const kept = account.keep(refund as unknown as Stripe.Refund);
    charge.amount_refunded += amount;
    charge.refunded = charge.amount_refunded === charge.amount;
    account.tell('refund.created', kept);
    account.tell('charge.refunded', charge);
    return kept;
  }

  /** The bank could not give the money back: it returns to the balance. */
  failRefund(refund: Stripe.Refund): void {
    const charge = this.account.find('charge', refund.charge as string);
    refund.status = 'failed';
    refund.failure_reason = 'lost_or_stolen_card';
    refund.failure_balance_transaction = this.payments.move('refund_failure', refund.id, refund.amount).id;
    charge.amount_refunded -= refund.amount;
    charge.refunded = false;
    this.account.tell('refund.failed', refund);
  }

  settleRefund(refund: Stripe.Refund): void {
    refund.status = 'succeeded';
    this.account.tell('refund.updated', refund);
  }

  /** A payer's bank takes the money back. A Direct Debit's dispute is lost at once: the Guarantee allows no answer. */
  dispute(charge: Stripe.Charge, reason = 'fraudulent'): Stripe.Dispute {
    const { account } = this;
    const id = account.id('dp');
    const bank = chargeMethod(charge) === 'bacs_debit';
    const taken = this.payments.move('adjustment', id, -charge.amount, 2000);
    const dispute = {
      id,
      object: 'dispute',
      amount: charge.amount,
      balance_transactions: [taken],
      charge: charge.id,
      created: account.seconds,
      currency: 'gbp',
      is_charge_refundable: false,
      livemode: false,
      metadata: {},
      payment_intent: charge.payment_intent,
      reason,
      status: bank ? 'lost' : 'needs_response',
    };
    const kept = account.keep(dispute as unknown as Stripe.Dispute);
    charge.disputed = true;
    account.tell('charge.dispute.created', kept);
    account.tell('charge.dispute.funds_withdrawn', kept);
    if (bank) account.tell('charge.dispute.closed', kept);
    return kept;
  }

  closeDispute(dispute: Stripe.Dispute, status: 'won' | 'lost'): void {
    dispute.status = status;
    if (status === 'won') {
      dispute.balance_transactions.push(this.payments.move('adjustment', dispute.id, dispute.amount));
      this.account.tell('charge.dispute.funds_reinstated', dispute);
    }
    this.account.tell('charge.dispute.closed', dispute);
  }
}

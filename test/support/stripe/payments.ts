import type { Stripe } from 'stripe';
import type { Account } from './account.js';

export type Method = 'card' | 'bacs_debit';

/** Why a bank or a card's issuer said no. */
export const declined = {
  card: { code: 'card_declined', message: 'Your card was declined.', reason: 'insufficient_funds' },
  bacs_debit: { code: 'insufficient_funds', message: 'The customer’s account has insufficient funds.', reason: null },
} as const;

/** What a payment is made of, whether it comes from Checkout or is asked for by us. */
export interface NewPayment {
  amount: number;
  customer: string | null;
  metadata: Record<string, string>;
  description?: string | null;
  types: string[];
}

/** Payments, what became of them, and what they did to the balance. */
export class Payments {
  constructor(private readonly account: Account) {}

  intend(wanted: NewPayment): Stripe.PaymentIntent {
    const { account } = this;
    const id = account.id('pi');
    const intent = {
      id,
      object: 'payment_intent',
      amount: wanted.amount,
      amount_capturable: 0,
      amount_received: 0,
      canceled_at: null,
      cancellation_reason: null,
      capture_method: 'automatic_async',
      client_secret: `${id}_secret`,
      created: account.seconds,
      currency: 'gbp',
      customer: wanted.customer,
      description: wanted.description ?? null,
      last_payment_error: null,
      latest_charge: null,
      livemode: false,
      metadata: wanted.metadata,
      next_action: null,
      payment_method: null,
      payment_method_types: wanted.types,
      processing: null,
      receipt_email: null,
      setup_future_usage: null,
      status: 'requires_payment_method',
    };
    const kept = account.keep(intent as unknown as Stripe.PaymentIntent);
    account.tell('payment_intent.created', kept);
    return kept;
  }

  /** A means of payment, kept with the customer where it may be used again. */
  method(type: Method, customer: string | null): Stripe.PaymentMethod {
    const { account } = this;
    const shown = type === 'card' ? { brand: 'visa', last4: '4242' } : { sort_code: '108800', last4: '2345' };
    const method = {
      id: account.id('pm'),
      object: 'payment_method',
      created: account.seconds,
      customer,
      livemode: false,
      metadata: {},
      type,
      [type]: shown,
    };
    return account.keep(method as unknown as Stripe.PaymentMethod);
  }

  /** The leave that a payer gives to debit their bank account again. */
  mandate(method: Stripe.PaymentMethod, status: Stripe.Mandate.Status = 'active'): Stripe.Mandate {
    const { account } = this;
    const mandate = {
      id: account.id('mandate'),
      object: 'mandate',
      livemode: false,
      payment_method: method.id,
      payment_method_details: {
        type: 'bacs_debit',
        bacs_debit: { reference: account.id('ref'), network_status: 'accepted' },
      },
      status,
      type: 'multi_use',
    };
    const kept = account.keep(mandate as unknown as Stripe.Mandate);
    account.tell('mandate.updated', kept);
    return kept;
  }

  /** Confirms a payment: a card is paid at once, a bank is asked and answers in days. */
  confirm(intent: Stripe.PaymentIntent, method: Stripe.PaymentMethod, mandate: string | null = null): Stripe.Charge {
    const charge = this.begin(intent, method, mandate);
    intent.last_payment_error = null;
    if (method.type === 'card') this.succeed(intent);
    else {
      intent.status = 'processing';
      this.account.tell('charge.pending', charge);
      this.account.tell('payment_intent.processing', intent);
    }
    return charge;
  }

  /** An attempt to take the money, not answered yet. */
  begin(intent: Stripe.PaymentIntent, method: Stripe.PaymentMethod, mandate: string | null = null): Stripe.Charge {
    const charge = this.charge(intent, method, mandate);
    intent.payment_method = method.id;
    intent.latest_charge = charge.id;
    return charge;
  }

  succeed(intent: Stripe.PaymentIntent): void {
    const charge = this.chargeOf(intent);
    const card = chargeMethod(charge) === 'card';
    Object.assign(charge, { status: 'succeeded', paid: true, captured: true, amount_captured: charge.amount });
    charge.balance_transaction = this.move(card ? 'charge' : 'payment', charge.id, charge.amount, card ? 45 : 100).id;
    Object.assign(intent, { status: 'succeeded', amount_received: charge.amount });
    this.account.tell('charge.succeeded', charge);
    this.account.tell('payment_intent.succeeded', intent);
  }

  fail(intent: Stripe.PaymentIntent): void {
    const charge = this.chargeOf(intent);
    const { code, message, reason } = declined[chargeMethod(charge)];
    Object.assign(charge, { status: 'failed', paid: false, failure_code: code, failure_message: message });
    const error = { type: 'card_error', code, message, charge: charge.id, decline_code: reason ?? undefined };
    Object.assign(intent, { status: 'requires_payment_method', payment_method: null, last_payment_error: error });
    this.account.tell('charge.failed', charge);
    this.account.tell('payment_intent.payment_failed', intent);
  }

  cancel(intent: Stripe.PaymentIntent, reason: string | null): void {
    Object.assign(intent, { status: 'canceled', canceled_at: this.account.seconds, cancellation_reason: reason });
    this.account.tell('payment_intent.canceled', intent);
  }

  chargeOf(intent: Stripe.PaymentIntent): Stripe.Charge {
    return this.account.find('charge', intent.latest_charge as string);
  }

  /** Money in (or, negative, out) of the balance. */
  move(type: string, source: string, amount: number, fee = 0): Stripe.BalanceTransaction {
    const { account } = this;
    const transaction = {
      id: account.id('txn'),
      object: 'balance_transaction',
      amount,
      available_on: account.seconds + 7 * 86_400,
      created: account.seconds,
      currency: 'gbp',
      description: null,
      exchange_rate: null,
      fee,
      fee_details: [],
      net: amount - fee,
      reporting_category: type === 'adjustment' ? 'dispute' : type,
      source,
      status: 'pending',
      type,
    };
    return account.keep(transaction as unknown as Stripe.BalanceTransaction);
  }

  private charge(intent: Stripe.PaymentIntent, method: Stripe.PaymentMethod, mandate: string | null): Stripe.Charge {
    const { account } = this;
    const shown = method.type === 'card' ? { brand: 'visa', last4: '4242' } : { last4: '2345', mandate };
    const charge = {
      id: account.id(method.type === 'card' ? 'ch' : 'py'),
      object: 'charge',
      amount: intent.amount,
      amount_captured: 0,
      amount_refunded: 0,
      balance_transaction: null,
      captured: false,
      created: account.seconds,
      currency: 'gbp',
      customer: intent.customer,
      disputed: false,
      failure_code: null,
      failure_message: null,
      livemode: false,
      metadata: { ...intent.metadata },
      paid: false,
      payment_intent: intent.id,
      payment_method: method.id,
      payment_method_details: { type: method.type, [method.type]: shown },
      refunded: false,
      status: 'pending',
    };
    return account.keep(charge as unknown as Stripe.Charge);
  }
}

/** By what a charge was paid. */
export function chargeMethod(charge: Stripe.Charge): Method {
  return charge.payment_method_details!.type as Method;
}

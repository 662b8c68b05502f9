import type { Stripe } from 'stripe';
import type { RulesFor } from './params.js';

/** Means of payment that the account behind the stand-in takes. */
export const methods = ['card', 'bacs_debit'] as const;

const expand = { each: 'text' } as const;
const pages = { limit: 'integer', starting_after: 'text', ending_before: 'text', expand } as const;
const since = { gt: 'integer', gte: 'integer', lt: 'integer', lte: 'integer' } as const;
const later = ['off_session', 'on_session', 'none'] as const;
const bacsOptions = {
  setup_future_usage: later,
  mandate_options: { reference_prefix: 'text' },
  target_date: 'text',
} as const;

/** What each request may ask: the part of Stripe's parameters that we have a use for. */
export const rules = {
  expand: { expand },
  customer: {
    name: 'text',
    business_name: 'text',
    email: 'text',
    description: 'text',
    metadata: 'metadata',
    preferred_locales: { each: 'text' },
    expand,
  } satisfies RulesFor<Stripe.CustomerCreateParams>,
  session: {
    mode: { needed: ['payment', 'setup', 'subscription'] },
    ui_mode: ['hosted_page'],
    customer: 'text',
    client_reference_id: 'text',
    currency: 'text',
    allowed_payment_method_types: { each: methods },
    line_items: {
      each: {
        quantity: 'integer',
        price_data: {
          currency: { needed: ['gbp'] },
          unit_amount: 'integer',
          tax_behavior: ['inclusive', 'exclusive', 'unspecified'],
          product_data: { name: { needed: 'text' }, description: 'text', metadata: 'metadata', tax_code: 'text' },
        },
      },
    },
    metadata: 'metadata',
    payment_intent_data: {
      metadata: 'metadata',
      description: 'text',
      setup_future_usage: ['off_session', 'on_session'],
      receipt_email: 'text',
    },
    payment_method_options: { bacs_debit: bacsOptions, card: { setup_future_usage: ['off_session', 'on_session'] } },
    adaptive_pricing: { enabled: 'flag' },
    automatic_tax: { enabled: 'flag' },
    billing_address_collection: ['auto', 'required'],
    locale: 'text',
    submit_type: ['auto', 'book', 'donate', 'pay', 'subscribe'],
    success_url: 'address',
    cancel_url: 'address',
    expires_at: 'integer',
    expand,
  } satisfies RulesFor<Stripe.Checkout.SessionCreateParams>,
  sessions: {
    ...pages,
    customer: 'text',
    payment_intent: 'text',
    status: ['open', 'complete', 'expired'],
    created: since,
  } satisfies RulesFor<Stripe.Checkout.SessionListParams>,
  paymentIntent: {
    amount: { needed: 'integer' },
    currency: { needed: ['gbp'] },
    customer: 'text',
    payment_method: 'text',
    allowed_payment_method_types: { each: methods },
    confirm: 'flag',
    off_session: 'flag',
    mandate: 'text',
    description: 'text',
    metadata: 'metadata',
    payment_method_options: { bacs_debit: bacsOptions },
    expand,
  } satisfies RulesFor<Stripe.PaymentIntentCreateParams>,
  paymentIntents: { ...pages, customer: 'text', created: since } satisfies RulesFor<Stripe.PaymentIntentListParams>,
  cancel: {
    cancellation_reason: ['abandoned', 'duplicate', 'fraudulent', 'requested_by_customer'],
    expand,
  } satisfies RulesFor<Stripe.PaymentIntentCancelParams>,
  refund: {
    payment_intent: 'text',
    charge: 'text',
    amount: 'integer',
    reason: ['duplicate', 'fraudulent', 'requested_by_customer'],
    metadata: 'metadata',
    expand,
  } satisfies RulesFor<Stripe.RefundCreateParams>,
  ofPayment: {
    ...pages,
    payment_intent: 'text',
    charge: 'text',
    created: since,
  } satisfies RulesFor<Stripe.RefundListParams>,
  charges: {
    ...pages,
    payment_intent: 'text',
    customer: 'text',
    created: since,
  } satisfies RulesFor<Stripe.ChargeListParams>,
  balance: {
    ...pages,
    created: since,
    currency: 'text',
    type: 'text',
    source: 'text',
    payout: 'text',
  } satisfies RulesFor<Stripe.BalanceTransactionListParams>,
  events: {
    ...pages,
    created: since,
    type: 'text',
    types: { each: 'text' },
    delivery_success: 'flag',
  } satisfies RulesFor<Stripe.EventListParams>,
  pages: { ...pages } satisfies RulesFor<Stripe.Checkout.SessionListLineItemsParams>,
};

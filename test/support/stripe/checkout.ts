import type { Stripe } from 'stripe';
import type { Account } from './account.js';
import { invalid } from './errors.js';

/** The least that Stripe takes in pounds, in pence. */
const least = 30;

/** Checkout: sessions, opened by us and ended by a payer or by time. */
export class Checkout {
  private readonly lines = new Map<string, Stripe.LineItem[]>();

  /** @param origin gives the address under which the payer's page is found */
  constructor(
    private readonly account: Account,
    private readonly origin: () => string,
  ) {}

  /** @throws Refusal for what Stripe would refuse */
  open(asked: Stripe.Checkout.SessionCreateParams): Stripe.Checkout.Session {
    const { account } = this;
    if (asked.mode !== 'payment') throw invalid('The stand-in knows mode payment only.', { param: 'mode' });
    if (!asked.success_url) throw missingParam('success_url');
    if (asked.customer) account.find('customer', asked.customer, 'customer');
    const lines = linesOf(asked, () => account.id('li'));
    const total = lines.reduce((sum, { amount_total }) => sum + amount_total, 0);
    if (total < least)
      throw invalid('The Checkout Session’s total amount must convert to at least 30 pence.', {
        code: 'amount_too_small',
      });
    const expires = asked.expires_at ?? account.seconds + 86_400;
    if (expires < account.seconds + 1800 || expires > account.seconds + 86_400)
      throw invalid('The expires_at timestamp must be between 30 minutes and 24 hours from now.', {
        param: 'expires_at',
      });
    const id = account.id('cs_test');
    this.lines.set(id, lines);
    const session = {
      id,
      object: 'checkout.session',
      amount_subtotal: total,
      amount_total: total,
      allowed_payment_method_types: asked.allowed_payment_method_types ?? null,
      automatic_tax: { enabled: false, liability: null, provider: null, status: null },
      cancel_url: asked.cancel_url ?? null,
      client_reference_id: asked.client_reference_id ?? null,
      created: account.seconds,
      currency: 'gbp',
      customer: asked.customer ?? null,
      customer_email: null,
      expires_at: expires,
      livemode: false,
      metadata: (asked.metadata as Stripe.Metadata) ?? {},
      mode: 'payment',
      // Made when the payer confirms, not before.
      payment_intent: null,
      payment_method_options: asked.payment_method_options ?? {},
      payment_method_types: [...(asked.allowed_payment_method_types ?? ['card'])],
      payment_status: 'unpaid',
      status: 'open',
      success_url: asked.success_url,
      total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
      ui_mode: 'hosted_page',
      url: `${this.origin()}/c/pay/${id}`,
    };
    const kept = account.keep(session as unknown as Stripe.Checkout.Session);
    this.intentData.set(id, asked.payment_intent_data ?? {});
    return kept;
  }

  /** What the payment of a session is to carry. */
  readonly intentData = new Map<string, Stripe.Checkout.SessionCreateParams.PaymentIntentData>();

  lineItems(id: string): Stripe.LineItem[] {
    return this.lines.get(this.account.find('checkout.session', id).id) ?? [];
  }

  /** @throws Refusal unless it is open */
  expire(session: Stripe.Checkout.Session): Stripe.Checkout.Session {
    if (session.status !== 'open')
      throw invalid(
        `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of ${session.status}.`,
      );
    Object.assign(session, { status: 'expired', url: null });
    this.account.tell('checkout.session.expired', session);
    return session;
  }

  /** Ends those whose time has come. */
  tick(): void {
    for (const session of this.account.all('checkout.session')) {
      if (session.status === 'open' && session.expires_at <= this.account.seconds) this.expire(session);
    }
  }
}

function linesOf(asked: Stripe.Checkout.SessionCreateParams, id: () => string): Stripe.LineItem[] {
  if (!asked.line_items?.length) throw missingParam('line_items');
  if (asked.line_items.length > 100) throw invalid('At most 100 line items.', { param: 'line_items' });
  return asked.line_items.map(({ price_data: price, quantity }, index) => {
    const param = `line_items[${index}]`;
    if (!price) throw missingParam(`${param}[price_data]`);
    if (!price.product_data) throw missingParam(`${param}[price_data][product_data]`);
    if (price.unit_amount === undefined) throw missingParam(`${param}[price_data][unit_amount]`);
    if (price.unit_amount < 0)
      throw invalid('Invalid non-negative integer', {
        code: 'parameter_invalid_integer',
        param: `${param}[price_data][unit_amount]`,
      });
    if (!quantity || quantity < 1) throw missingParam(`${param}[quantity]`);
    const amount = price.unit_amount * quantity;
    return {
      id: id(),
      object: 'item',
      amount_discount: 0,
      amount_subtotal: amount,
      amount_tax: 0,
      amount_total: amount,
      currency: 'gbp',
      description: price.product_data.name,
      quantity,
    } as unknown as Stripe.LineItem;
  });
}

function missingParam(param: string) {
  return invalid(`Missing required param: ${param}.`, { code: 'parameter_missing', param });
}

import type { Stripe } from 'stripe';
import type { Account, Held, Kind } from './account.js';
import type { Checkout } from './checkout.js';
import { invalid, Refusal } from './errors.js';
import type { GoingBack } from './disputes.js';
import { expanded, pageOf, within } from './lists.js';
import { type Given, read, type RulesFor } from './params.js';
import type { Payments } from './payments.js';
import { rules } from './rules.js';

type Params = { [key: string]: Given };
type Work = (id: string, params: Params) => unknown;

/** One request that Stripe knows. */
export interface Route {
  method: 'GET' | 'POST';
  path: RegExp;
  work: Work;
}

/** Everything that can be asked of the stand-in. */
export function routesOf(account: Account, checkout: Checkout, payments: Payments, goingBack: GoingBack): Route[] {
  const routes: Route[] = [];
  const add = (method: Route['method'], address: string, work: Work) =>
    routes.push({ method, path: new RegExp(`^/v1/${address.replace(':id', '([A-Za-z0-9_]+)')}$`), work });
  /** A request that changes something and gives an object. */
  const does = <T extends { expand?: string[] }>(
    address: string,
    known: RulesFor<T>,
    work: (id: string, asked: T) => Held,
  ) =>
    add('POST', address, (id, params) => {
      const asked = read<T>(params, known);
      return expanded(account, work(id, asked), asked.expand);
    });
  const gives = (address: string, kind: Kind) =>
    add('GET', `${address}/:id`, (id, params) => {
      checkout.tick();
      return expanded(account, account.find(kind, id), read<{ expand?: string[] }>(params, rules.expand).expand);
    });
  const lists = <K extends Kind>(address: string, kind: K, known: object, chosen: Choice<K>) =>
    add('GET', address, (_, params) => {
      checkout.tick();
      const asked = read<Filter>(params, known as RulesFor<Filter>);
      const found = account.all(kind).filter((each) => {
        const { created } = each as { created?: number };
        return within(created ?? 0, asked.created) && chosen(each as never, asked);
      });
      return expanded(account, pageOf(`/v1/${address}`, found as Held[], asked), asked.expand);
    });

  does<Stripe.CustomerCreateParams>('customers', rules.customer, (_, asked) => newCustomer(account, asked));
  does<Stripe.CustomerUpdateParams>('customers/:id', rules.customer, (id, { expand: _, ...asked }) =>
    Object.assign(account.find('customer', id), asked),
  );
  gives('customers', 'customer');

  does<Stripe.Checkout.SessionCreateParams>('checkout/sessions', rules.session, (_, asked) => checkout.open(asked));
  does<Stripe.Checkout.SessionExpireParams>('checkout/sessions/:id/expire', rules.expand, (id) => {
    checkout.tick();
    return checkout.expire(account.find('checkout.session', id));
  });
  add('GET', 'checkout/sessions/:id/line_items', (id, params) =>
    pageOf(
      `/v1/checkout/sessions/${id}/line_items`,
      checkout.lineItems(id),
      read<Stripe.Checkout.SessionListLineItemsParams>(params, rules.pages),
    ),
  );
  gives('checkout/sessions', 'checkout.session');
  lists(
    'checkout/sessions',
    'checkout.session',
    rules.sessions,
    (each, asked) =>
      same(each.customer, asked.customer) &&
      same(each.payment_intent, asked.payment_intent) &&
      same(each.status, asked.status),
  );

  does<Stripe.PaymentIntentCreateParams>('payment_intents', rules.paymentIntent, (_, asked) =>
    newPayment(account, payments, asked),
  );
  does<Stripe.PaymentIntentCancelParams>('payment_intents/:id/cancel', rules.cancel, (id, asked) => {
    const intent = account.find('payment_intent', id);
    if (!/^requires_/.test(intent.status))
      throw invalid(`You cannot cancel this PaymentIntent because it has a status of ${intent.status}.`, {
        code: 'payment_intent_unexpected_state',
      });
    payments.cancel(intent, asked.cancellation_reason ?? null);
    return intent;
  });
  gives('payment_intents', 'payment_intent');
  lists('payment_intents', 'payment_intent', rules.paymentIntents, (each, asked) =>
    same(each.customer, asked.customer),
  );

  gives('charges', 'charge');
  lists(
    'charges',
    'charge',
    rules.charges,
    (each, asked) => same(each.payment_intent, asked.payment_intent) && same(each.customer, asked.customer),
  );

  does<Stripe.RefundCreateParams>('refunds', rules.refund, (_, asked) => {
    const charge = asked.charge
      ? account.find('charge', asked.charge, 'charge')
      : payments.chargeOf(account.find('payment_intent', asked.payment_intent ?? '', 'payment_intent'));
    return goingBack.refund(charge, asked as { amount?: number; reason?: string; metadata?: object });
  });
  gives('refunds', 'refund');
  lists('refunds', 'refund', rules.ofPayment, ofPayment);
  gives('disputes', 'dispute');
  lists('disputes', 'dispute', rules.ofPayment, ofPayment);

  gives('payment_methods', 'payment_method');
  does<Stripe.PaymentMethodDetachParams>('payment_methods/:id/detach', rules.expand, (id) =>
    Object.assign(account.find('payment_method', id), { customer: null }),
  );
  gives('mandates', 'mandate');
  gives('balance_transactions', 'balance_transaction');
  lists(
    'balance_transactions',
    'balance_transaction',
    rules.balance,
    (each, asked) => same(each.type, asked.type) && same(each.source, asked.source),
  );
  gives('events', 'event');
  lists('events', 'event', rules.events, (each, asked) => same(each.type, asked.type));
  return routes;
}

interface Filter {
  created?: number | { gte?: number };
  limit?: number;
  starting_after?: string;
  expand?: string[];
  [key: string]: unknown;
}
type Choice<K extends Kind> = (each: Extract<Held, { object: K }>, asked: Filter) => boolean;

function same(value: unknown, asked: unknown): boolean {
  return asked === undefined || value === asked;
}

function ofPayment(each: { payment_intent: unknown; charge: unknown }, asked: Filter): boolean {
  return same(each.payment_intent, asked['payment_intent']) && same(each.charge, asked['charge']);
}

function newCustomer(account: Account, asked: Stripe.CustomerCreateParams): Stripe.Customer {
  const customer = {
    id: account.id('cus'),
    object: 'customer',
    created: account.seconds,
    email: asked.email ?? null,
    livemode: false,
    metadata: asked.metadata ?? {},
    name: asked.name ?? null,
  };
  return account.keep(customer as unknown as Stripe.Customer);
}

function newPayment(
  account: Account,
  payments: Payments,
  asked: Stripe.PaymentIntentCreateParams,
): Stripe.PaymentIntent {
  if (asked.off_session && !asked.confirm) throw invalid('off_session needs confirm=true.', { param: 'off_session' });
  if (asked.amount < 30)
    throw invalid('Amount must be at least £0.30 gbp', { code: 'amount_too_small', param: 'amount' });
  if (asked.customer) account.find('customer', asked.customer, 'customer');
  const means = asked.payment_method ? account.find('payment_method', asked.payment_method, 'payment_method') : null;
  if (means && means.customer !== (asked.customer ?? null))
    throw invalid('The PaymentMethod does not belong to the Customer you supplied.', { param: 'payment_method' });
  const intent = payments.intend({
    amount: asked.amount,
    customer: asked.customer ?? null,
    metadata: (asked.metadata as Record<string, string>) ?? {},
    description: asked.description,
    types: [...(asked.allowed_payment_method_types ?? ['card'])],
  });
  if (!asked.confirm) return intent;
  if (!means)
    throw invalid('You must provide a PaymentMethod to confirm.', {
      code: 'parameter_missing',
      param: 'payment_method',
    });
  if (means.type === 'bacs_debit') {
    const mandate = account.all('mandate').find(({ payment_method }) => payment_method === means.id);
    if (mandate?.status === 'inactive')
      throw new Refusal(400, 'invalid_request_error', 'The mandate is not active.', {
        code: 'payment_intent_mandate_invalid',
        payment_intent: intent,
      });
    payments.confirm(intent, means, mandate?.id ?? null);
  } else payments.confirm(intent, means);
  return intent;
}

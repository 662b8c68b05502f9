import type { Words } from '@carers/pages';
import type { Stripe } from 'stripe';
import type { InvoiceLineRow } from '../invoices/invoice-line.entity.js';
import type { Invoice } from '../invoices/invoice.entity.js';

/** What a session is made from. */
export interface CheckoutFacts {
  /** Our id of this visit. */
  id: string;
  invoice: Invoice;
  lines: readonly InvoiceLineRow[];
  /** What is to be paid now. */
  pence: number;
  customerId: string;
  scheme: string;
  publicUrl: string;
  expiresAt: Date;
}

type LineItem = Stripe.Checkout.SessionCreateParams.LineItem;

/** Stripe shows at most so much of a name. */
const longestName = 250;

/**
 * What we ask of Stripe for one visit to its page. Stripe works out nothing: each line and the VAT are items of their
 * own with the sums of our invoice, and where only a part is to be paid there is one item for that part.
 */
export function checkoutRequest(facts: CheckoutFacts, words: Words): Stripe.Checkout.SessionCreateParams {
  const { invoice } = facts;
  const metadata = { scheme: facts.scheme, invoice: invoice.id, business: invoice.businessId, checkout: facts.id };
  const page = `${facts.publicUrl}/business/${invoice.businessId}/payments/${invoice.id}`;
  const description = words.t('payments:stripe.description', { number: invoice.number });
  return {
    mode: 'payment',
    ui_mode: 'hosted_page',
    customer: facts.customerId,
    client_reference_id: invoice.id,
    allowed_payment_method_types: ['card', 'bacs_debit'],
    adaptive_pricing: { enabled: false },
    locale: 'en-GB',
    submit_type: 'pay',
    line_items: itemsOf(facts, words),
    metadata,
    payment_intent_data: { metadata, description },
    // A yearly fee comes again: the Direct Debit may be used for it. Cards are never kept.
    ...(isYearly(invoice) && { payment_method_options: { bacs_debit: { setup_future_usage: 'off_session' } } }),
    success_url: `${page}/returned`,
    cancel_url: page,
    expires_at: Math.floor(facts.expiresAt.getTime() / 1000),
  };
}

/** Whether an invoice is for a fee that comes again each year. */
export function isYearly({ purpose }: Pick<Invoice, 'purpose'>): boolean {
  return purpose.endsWith('.annual');
}

function itemsOf({ invoice, lines, pence }: CheckoutFacts, words: Words): LineItem[] {
  const whole = pence === invoice.grossPence && lines.every(({ netPence, vatPence }) => netPence >= 0 && vatPence >= 0);
  if (!whole || lines.length > 90) return [item(words.t('payments:stripe.part', { number: invoice.number }), pence)];
  const vat = new Map<number, number>();
  for (const { vatRate, vatPence } of lines) if (vatPence > 0) vat.set(vatRate, (vat.get(vatRate) ?? 0) + vatPence);
  return [
    ...lines
      .filter(({ netPence }) => netPence > 0)
      .map(({ quantity, description, netPence }) =>
        item(quantity === 1 ? description : words.t('payments:stripe.several', { quantity, description }), netPence),
      ),
    ...[...vat].map(([rate, vatPence]) => item(words.t('payments:stripe.vat', { rate: rate / 100 }), vatPence)),
  ];
}

function item(name: string, pence: number): LineItem {
  return {
    quantity: 1,
    price_data: { currency: 'gbp', unit_amount: pence, product_data: { name: name.slice(0, longestName) } },
  };
}

import { Problem } from '@carers/kernel';

/** A payment of this invoice is under way: another would pay it twice. */
export class PaymentOnItsWay extends Problem {
  readonly slug = 'payment-on-its-way';
  readonly kind = 'conflict';
  readonly room = 'payments';
}

/** Stripe does not answer, or would not open its page. Nothing was paid. */
export class StripeNotAnswering extends Problem {
  readonly slug = 'stripe-not-answering';
  readonly kind = 'unavailable';
  readonly room = 'payments';
}

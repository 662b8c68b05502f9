import { Problem } from '@carers/kernel';

/** This scheme takes no payments by Stripe: no keys are set. */
export class PaymentsNotSetUp extends Problem {
  readonly slug = 'payments-not-set-up';
  readonly kind = 'not-found';
  readonly room = 'payments';
}

/** A webhook whose signature is missing, wrong or too old. */
export class WebhookNotGenuine extends Problem {
  readonly slug = 'webhook-not-genuine';
  readonly kind = 'forbidden';
  readonly room = 'payments';
}

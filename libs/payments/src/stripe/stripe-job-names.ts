import { JobName } from '@carers/jobs';

/** Closes Stripe's page for an invoice that needs no payment any more. */
export const closeCheckout = new JobName<{ checkoutId: string }>('payments.close-checkout');

/** Looks what became of a visit to Stripe's page. */
export const lookAtCheckout = new JobName<{ checkoutId: string }>('payments.look-at-checkout');

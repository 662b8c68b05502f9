import type { Tx } from '@carers/database';
import { isUuid } from '@carers/kernel';
import { Translations, type Words } from '@carers/pages';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import { StripeCheckout } from './stripe-checkout.entity.js';
import { StripeCollection } from './stripe-collection.entity.js';
import type { StripePayment } from './stripe-payment.entity.js';
import { StripeRefund } from './stripe-refund.entity.js';

/** Lets what we asked of Stripe (visits to its page, Direct Debits, refunds) follow what became of a payment. */
@Injectable()
export class StripeProgress {
  private readonly words: Words;

  constructor(translations: Translations, settings: Settings) {
    this.words = translations.in(settings.defaultLocale);
  }

  /** @param at when the payment was looked at */
  async follow(tx: Tx, { id, state }: StripePayment, at: Date): Promise<void> {
    const checkouts = await tx.find(StripeCheckout, {
      where: { paymentIntentId: id },
      lock: { mode: 'pessimistic_write' },
    });
    for (const checkout of checkouts) {
      // While Stripe's page is open the payer can try again there, so a failure ends nothing.
      if (checkout.state === 'open' && state !== 'succeeded' && state !== 'processing') continue;
      if (checkout.state === 'paid') continue;
      if (state === 'succeeded') checkout.become('paid', at);
      else if (state === 'processing') checkout.become('processing', at);
      else if (checkout.state === 'processing') checkout.become('failed', at);
      await tx.save(checkout);
    }
    const collection = await tx.findOne(StripeCollection, {
      where: { paymentIntentId: id },
      lock: { mode: 'pessimistic_write' },
    });
    if (!collection || collection.endedAt) return;
    if (state === 'succeeded') collection.become('paid', at);
    else if (state === 'processing') collection.become('processing', at);
    else if (state === 'failed' || state === 'canceled') collection.become('failed', at);
    await tx.save(collection);
  }

  /** Why staff asked for a refund; a word for one that they made at Stripe themselves. */
  async reasonOf(tx: Tx, id: string | undefined): Promise<string> {
    const ours = id && isUuid(id) ? await tx.findOneBy(StripeRefund, { id }) : null;
    return ours?.reason ?? this.words.t('payments:stripe.refunded-at-stripe');
  }
}

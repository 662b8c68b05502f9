import { Database } from '@carers/database';
import { JobName, Jobs } from '@carers/jobs';
import { Clock } from '@carers/kernel';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import type { Stripe } from 'stripe';
import { PaymentsNotSetUp, WebhookNotGenuine } from '../payments.problems.js';
import { StripeEvent } from './stripe-event.entity.js';

/** Deals with one event that Stripe told us of. */
export const dealWithStripeEvent = new JobName<{ eventId: string }>('payments.deal-with-stripe-event');

/** Seconds by which a signature may be old: Stripe's own recommendation against replay. */
const tolerance = 300;

/** Takes in Stripe's events: genuine ones only, each once, in any order. */
@Injectable()
export class StripeEvents {
  constructor(
    private readonly database: Database,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {}

  /**
   * Keeps an event and asks for it to be dealt with, both or neither. The same event again changes nothing.
   * @param body the request's bytes as they came: the signature covers them
   * @param signature the `Stripe-Signature` header
   * @throws PaymentsNotSetUp, WebhookNotGenuine
   */
  async take(body: Buffer | undefined, signature: string | undefined): Promise<void> {
    const event = await this.genuine(body, signature);
    const now = this.clock.now();
    await this.database.transaction(async (tx) => {
      const object = event.data.object as { id?: string };
      const added = await tx
        .createQueryBuilder()
        .insert()
        .into(StripeEvent)
        .values({
          id: event.id,
          type: event.type,
          objectId: object.id ?? null,
          occurredAt: new Date(event.created * 1000),
          receivedAt: now,
          dealtWithAt: null,
        })
        .orIgnore()
        .returning('id')
        .execute();
      const isNew = (added.raw as unknown[]).length > 0;
      if (isNew) await this.jobs.enqueue(tx, dealWithStripeEvent, { eventId: event.id }, { once: event.id });
    });
  }

  /** Two secrets are tried while one is being rotated. */
  private async genuine(body: Buffer | undefined, signature: string | undefined): Promise<Stripe.Event> {
    const { webhookSecrets } = this.settings.stripe;
    if (webhookSecrets.length === 0) throw new PaymentsNotSetUp();
    if (!body || !signature) throw new WebhookNotGenuine();
    // Asked for here: it is two hundred files, which a scheme without payments never needs.
    const { Stripe } = await import('stripe');
    const now = this.clock.now().getTime();
    for (const secret of webhookSecrets) {
      try {
        return Stripe.webhooks.constructEvent(body, signature, secret, tolerance, undefined, now);
      } catch (error) {
        if (!(error instanceof Stripe.errors.StripeSignatureVerificationError)) throw new WebhookNotGenuine();
      }
    }
    throw new WebhookNotGenuine();
  }
}

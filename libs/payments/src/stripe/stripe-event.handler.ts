import { Database } from '@carers/database';
import { HandlesJob, type JobHandler } from '@carers/jobs';
import { Clock } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { CheckoutSessions } from './checkout-sessions.js';
import { idOf } from './ids-of.js';
import { Mandates } from './mandates.js';
import { Settlement } from './settlement.js';
import { isMissing, StripeClient } from './stripe-client.js';
import { StripeEvent } from './stripe-event.entity.js';
import { dealWithStripeEvent } from './stripe-events.js';

/**
 * Deals with an event by looking at its object as it is now. The event itself is believed in nothing but that there is
 * something to look at, so late, repeated and disordered ones do no harm; of an unknown type it is only noted.
 */
@Injectable()
@HandlesJob(dealWithStripeEvent)
export class StripeEventHandler implements JobHandler<{ eventId: string }> {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly stripe: StripeClient,
    private readonly sessions: CheckoutSessions,
    private readonly settlement: Settlement,
    private readonly mandates: Mandates,
  ) {}

  async handle({ eventId }: { eventId: string }): Promise<void> {
    const event = await this.database.reader.findOneBy(StripeEvent, { id: eventId, dealtWithAt: IsNull() });
    if (!event) return;
    if (this.stripe.isSetUp && event.objectId) await this.look(event.type, event.objectId);
    await this.database.transaction((tx) =>
      tx.update(StripeEvent, { id: eventId, dealtWithAt: IsNull() }, { dealtWithAt: this.clock.now() }),
    );
  }

  private async look(type: string, id: string): Promise<void> {
    try {
      if (type.startsWith('checkout.session.')) return await this.sessions.lookAtSession(id);
      if (type === 'mandate.updated') return await this.mandates.lookAt(id);
      const intent = await this.intentOf(type, id);
      if (intent) await this.settlement.settle(intent);
    } catch (error) {
      // Of another mode or another account: nothing of ours.
      if (!isMissing(error)) throw error;
    }
  }

  /** The payment that an event is about; null where it is about none. */
  private async intentOf(type: string, id: string): Promise<string | null> {
    if (type.startsWith('payment_intent.')) return id;
    const api = await this.stripe.api();
    if (type.startsWith('charge.dispute.')) return idOf((await api.disputes.retrieve(id)).payment_intent);
    if (type.startsWith('refund.') || type.startsWith('charge.refund.'))
      return idOf((await api.refunds.retrieve(id)).payment_intent);
    if (type.startsWith('charge.')) return idOf((await api.charges.retrieve(id)).payment_intent);
    return null;
  }
}

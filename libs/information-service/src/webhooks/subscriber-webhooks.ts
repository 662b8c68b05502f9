import type { Tx } from '@carers/database';
import { Webhooks } from '@carers/webhooks';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type SubscriberChange, type SubscriberEvent, SubscriberEvents } from '../subscriber-events.js';

/** What the systems of a carers service can be told of, by what happened here. */
const typeOf: Record<SubscriberEvent, string> = {
  registered: 'subscriber.registered',
  changed: 'subscriber.changed',
  consent: 'subscriber.consent_changed',
  left: 'subscriber.left',
  returned: 'subscriber.returned',
  moved: 'subscriber.moved',
  held: 'subscriber.suppressed',
};

export const subscriberEventTypes = Object.values(typeOf);

/** Tells the systems of a carers service what happened to its people: ids only, what they stand for is asked for. */
@Injectable()
export class SubscriberWebhooks implements OnModuleInit {
  constructor(
    private readonly events: SubscriberEvents,
    private readonly webhooks: Webhooks,
  ) {}

  onModuleInit(): void {
    for (const event of Object.keys(typeOf) as SubscriberEvent[]) {
      this.events.onMany(event, (tx, changes) => this.tell(tx, typeOf[event], changes));
    }
  }

  private async tell(tx: Tx, type: string, changes: readonly SubscriberChange[]): Promise<void> {
    const byService = new Map<string, object[]>();
    for (const { subscriberId, carersServiceId, movedFrom } of changes) {
      const data = {
        subscriber_id: subscriberId,
        carers_service_id: carersServiceId,
        ...(movedFrom && { moved_from: movedFrom }),
      };
      // Who moves is told to both: the one loses them, the other gains them.
      for (const id of new Set([movedFrom ?? carersServiceId, carersServiceId])) {
        const told = byService.get(id) ?? [];
        told.push(data);
        byService.set(id, told);
      }
    }
    for (const [id, datas] of byService) {
      await this.webhooks.announceMany(tx, { owner: { kind: 'carers_service', id }, type }, datas);
    }
  }
}

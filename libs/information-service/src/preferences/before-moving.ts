import { Database } from '@carers/database';
import { Injectable } from '@nestjs/common';
import { ConsentEvent } from '../consent-event.entity.js';
import type { ConsentAnswer } from '../purposes.js';
import type { Subscriber } from '../subscriber.entity.js';
import { Subscription } from '../subscription.entity.js';

/** What somebody had agreed to with the carers service of where they lived before, until they answer the one of now. */
@Injectable()
export class BeforeMoving {
  constructor(private readonly database: Database) {}

  /** Their yeses of then; none for who never moved, or has answered since. */
  async of(subscriber: Subscriber): Promise<ConsentAnswer[]> {
    const { id, carersServiceId } = subscriber;
    const { reader } = this.database;
    if (subscriber.leftAt || (await reader.existsBy(Subscription, { subscriberId: id }))) return [];
    const events = await reader.find(ConsentEvent, { where: { subscriberId: id }, order: { number: 'ASC' } });
    const before = events.findLast((event) => event.carersServiceId !== carersServiceId)?.carersServiceId;
    const last = new Map(
      events
        .filter((event) => event.carersServiceId === before)
        .map((event) => [`${event.purpose} ${event.channel}`, event]),
    );
    return [...last.values()]
      .filter(({ decision }) => decision === 'given')
      .map(({ purpose, channel }) => ({ purpose, channel, given: true }));
  }

  /** The same as what a page lists. */
  async asRows(subscriber: Subscriber): Promise<Pick<Subscription, 'purpose' | 'channel' | 'active'>[]> {
    return (await this.of(subscriber)).map(({ purpose, channel }) => ({ purpose, channel, active: true }));
  }
}

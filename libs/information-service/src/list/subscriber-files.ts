import { Cardholder } from '@carers/cards';
import { Database } from '@carers/database';
import { type CarersServiceContact, SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { ConsentEvent } from '../consent-event.entity.js';
import { RegistrationEvent } from '../registration-event.entity.js';
import type { Subscriber } from '../subscriber.entity.js';
import { SubscriberHoldEvent } from '../holds/subscriber-hold-event.entity.js';
import { Subscription } from '../subscription.entity.js';

/** All that is known of one subscriber, for their own page, a message, or an officer. */
export interface SubscriberFile {
  subscriber: Subscriber;
  cardholder: Cardholder;
  service: CarersServiceContact;
  regionName: string;
  subscriptions: Subscription[];
}

/** Everything that happened to one subscriber, oldest first. */
export interface SubscriberHistory {
  consents: ConsentEvent[];
  registration: RegistrationEvent[];
  holds: SubscriberHoldEvent[];
}

/** Puts together what belongs to one subscriber. Reads only. */
@Injectable()
export class SubscriberFiles {
  constructor(
    private readonly database: Database,
    private readonly schemes: SchemeService,
  ) {}

  async of(subscriber: Subscriber): Promise<SubscriberFile> {
    const { reader } = this.database;
    const [cardholder, subscriptions, scheme] = await Promise.all([
      reader.findOneByOrFail(Cardholder, { id: subscriber.cardholderId }),
      reader.findBy(Subscription, { subscriberId: subscriber.id }),
      this.schemes.current(),
    ]);
    return {
      subscriber,
      cardholder,
      subscriptions,
      service: scheme.carersServices.find(({ id }) => id === subscriber.carersServiceId)!,
      regionName: scheme.regions.find(({ id }) => id === subscriber.regionId)?.name ?? '',
    };
  }

  async historyOf({ id }: Subscriber): Promise<SubscriberHistory> {
    const { reader } = this.database;
    const sought = { where: { subscriberId: id }, order: { number: 'ASC' } } as const;
    const [consents, registration, holds] = await Promise.all([
      reader.find(ConsentEvent, sought),
      reader.find(RegistrationEvent, sought),
      reader.find(SubscriberHoldEvent, sought),
    ]);
    return { consents, registration, holds };
  }
}

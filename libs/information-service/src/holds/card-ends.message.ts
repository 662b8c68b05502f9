import { Cardholder } from '@carers/cards';
import { Database } from '@carers/database';
import { type OutgoingMessage, type ParamsSupplier, type SuppliedParams, SuppliesParams } from '@carers/messages';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { Subscriber } from '../subscriber.entity.js';
import { CaringEnd } from './caring-end.entity.js';
import { SubscriberHolds } from './subscriber-holds.js';

/**
 * Words the message about the last day of a card when it is sent. It is about the card alone and needs no consent. Who
 * cares for somebody again in the meantime, or has died, gets none.
 */
@Injectable()
@SuppliesParams('information-service/card-ends')
export class CardEndsWords implements ParamsSupplier {
  constructor(
    private readonly database: Database,
    private readonly schemes: SchemeService,
    private readonly holds: SubscriberHolds,
  ) {}

  async supply(message: OutgoingMessage): Promise<SuppliedParams> {
    const { caringEndId } = message.params as { caringEndId: string };
    const { reader } = this.database;
    const end = await reader.findOneBy(CaringEnd, { id: caringEndId });
    const drop = { params: {}, drop: true };
    if (!end || end.finishedAt || end.takenBackAt) return drop;
    if (await this.holds.isHeld(reader, end.subscriberId, 'deceased')) return drop;
    const subscriber = await reader.findOneByOrFail(Subscriber, { id: end.subscriberId });
    const cardholder = await reader.findOneByOrFail(Cardholder, { id: subscriber.cardholderId });
    const [scheme, policy] = await Promise.all([this.schemes.current(), this.schemes.policyOn()]);
    const service = scheme.carersServices.find(({ id }) => id === subscriber.carersServiceId)!;
    return {
      params: {
        firstName: cardholder.firstName,
        until: end.cardUntil,
        formerCarers: policy.eligibility.formerCarers,
        service: { name: service.name, phone: service.phone },
      },
    };
  }
}

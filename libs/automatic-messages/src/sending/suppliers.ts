import { Card, Cardholder, CardLinks } from '@carers/cards';
import { Database } from '@carers/database';
import {
  InformationService,
  ListHeaders,
  PreferenceLinks,
  Subscriber,
  SubscriberFiles,
} from '@carers/information-service';
import { Clock } from '@carers/kernel';
import { type OutgoingMessage, type ParamsSupplier, type SuppliedParams, SuppliesParams } from '@carers/messages';
import { Injectable } from '@nestjs/common';
import { RenewalReminders } from './renewal-reminders.js';

const drop: SuppliedParams = { params: {}, drop: true };

/** What a message of the welcome series says of somebody, read when it is sent. Who left or said no gets none. */
@Injectable()
export class SeriesParams {
  constructor(
    private readonly database: Database,
    private readonly service: InformationService,
    private readonly files: SubscriberFiles,
    private readonly links: PreferenceLinks,
    private readonly headers: ListHeaders,
  ) {}

  async supply(message: OutgoingMessage): Promise<SuppliedParams> {
    const { subscriberId } = message.params as { subscriberId: string };
    const subscriber = await this.database.reader.findOneBy(Subscriber, { id: subscriberId });
    if (!subscriber || !(await this.service.mayReceive(subscriberId, 'carers_information', message.channel)))
      return drop;
    const { cardholder, service } = await this.files.of(subscriber);
    const { name, phone, email, web } = service;
    return {
      params: {
        firstName: cardholder.firstName,
        service: { name, phone, email, web },
        link: this.links.urlFor(subscriber),
      },
      ...(message.channel === 'email' ? { headers: this.headers.for(subscriber, service) } : {}),
      secret: true,
    };
  }
}

/** What a message about a card says of it, read when it is sent. */
@Injectable()
export class CardParams {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly links: CardLinks,
  ) {}

  async supply({ params }: OutgoingMessage): Promise<SuppliedParams> {
    const { cardId } = params as { cardId: string };
    const { reader } = this.database;
    const card = await reader.findOneBy(Card, { id: cardId });
    if (!card?.worksOn(this.clock.today())) return drop;
    const cardholder = await reader.findOneByOrFail(Cardholder, { id: card.cardholderId });
    if (cardholder.leftAt) return drop;
    const { firstName } = cardholder;
    return { params: { firstName, until: card.validUntil, card: this.links.urlFor(cardholder) }, secret: true };
  }
}

@Injectable()
@SuppliesParams('automatic-messages/welcome-3')
export class Welcome3Words extends SeriesParams implements ParamsSupplier {}

@Injectable()
@SuppliesParams('automatic-messages/welcome-14')
export class Welcome14Words extends SeriesParams implements ParamsSupplier {}

@Injectable()
@SuppliesParams('automatic-messages/card-posted')
export class CardPostedWords extends CardParams implements ParamsSupplier {}

/** None after a renewal, and none to somebody who gave the card back or died since it was queued. */
@Injectable()
export class RenewalParams {
  constructor(
    private readonly card: CardParams,
    private readonly reminders: RenewalReminders,
  ) {}

  async supply(message: OutgoingMessage): Promise<SuppliedParams> {
    const { cardId } = message.params as { cardId: string };
    return (await this.reminders.stillWanted(cardId)) ? this.card.supply(message) : drop;
  }
}

@Injectable()
@SuppliesParams('automatic-messages/renewal-8')
export class Renewal8Words extends RenewalParams implements ParamsSupplier {}

@Injectable()
@SuppliesParams('automatic-messages/renewal-4')
export class Renewal4Words extends RenewalParams implements ParamsSupplier {}

@Injectable()
@SuppliesParams('automatic-messages/renewal-1')
export class Renewal1Words extends RenewalParams implements ParamsSupplier {}

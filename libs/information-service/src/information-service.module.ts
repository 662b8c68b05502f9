import { AccessModule } from '@carers/access';
import { CardsModule } from '@carers/cards';
import { PlacesModule } from '@carers/places';
import { Module, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { FastifyInstance } from 'fastify';
import { AccountPreferencePages } from './preferences/account-preferences.pages.js';
import { ConsentEvent } from './consent-event.entity.js';
import { ConsentWording } from './consent-wording.entity.js';
import { Consents } from './consents.js';
import { CaringEnd } from './holds/caring-end.entity.js';
import { LastDoor } from './holds/last-door.js';
import { ReturnedLetter } from './holds/returned-letter.entity.js';
import { SubscriberHold } from './holds/subscriber-hold.entity.js';
import { SubscriberHoldEvent } from './holds/subscriber-hold-event.entity.js';
import { InformationService } from './information-service.js';
import { ListHeaders } from './list-headers.js';
import { takeAnyOneClickBody } from './preferences/one-click.js';
import { PreferenceLinks } from './preferences/preference-links.js';
import { PreferencePages } from './preferences/preference.pages.js';
import { KnownPeople } from './registering/known-people.js';
import { Registrations } from './registering/registrations.js';
import { RegistrationEvent } from './registration-event.entity.js';
import { Subscriber } from './subscriber.entity.js';
import { LetterCode } from './preferences/letter-code.entity.js';
import { LetterCodes } from './preferences/letter-codes.js';
import { SubscriberExport } from './list/subscriber-export.js';
import { SubscriberFiles } from './list/subscriber-files.js';
import { SubscriberListPages } from './list/subscriber-list.pages.js';
import { SubscriberPages } from './subscriber.pages.js';
import { Subscribers } from './list/subscribers.js';
import { Subscription } from './subscription.entity.js';
import { SubscriberEvents } from './subscriber-events.js';
import { UnsubscribePages } from './preferences/unsubscribe.pages.js';
import { Welcome } from './welcome.js';
import { WelcomeWords } from './welcome.message.js';
import { Wordings } from './wordings.js';

export const informationServiceEntities = [
  SubscriberHold,
  SubscriberHoldEvent,
  CaringEnd,
  ReturnedLetter,
  Subscriber,
  RegistrationEvent,
  ConsentEvent,
  Subscription,
  ConsentWording,
    LastDoor,
  LetterCode,
];

/** Registration, consent and links to preferences, for other libs. */
@Module({
  imports: [CardsModule, PlacesModule, TypeOrmModule.forFeature(informationServiceEntities)],
  providers: [
    Consents,
    InformationService,
    LetterCodes,
    ListHeaders,
    LastDoor,
    PreferenceLinks,
    KnownPeople,
    Registrations,
    SubscriberEvents,
    SubscriberFiles,
    Welcome,
    Wordings,
  ],
  exports: [
    CardsModule,
    PlacesModule,
    InformationService,
    LetterCodes,
    ListHeaders,
    PreferenceLinks,
    KnownPeople,
    Registrations,
    SubscriberEvents,
    SubscriberFiles,
    Wordings,
  ],
})
export class InformationServiceModule {}

/** The preference page, one-click unsubscribing, and the list of the carers service. */
@Module({
  imports: [InformationServiceModule, AccessModule],
  controllers: [AccountPreferencePages, UnsubscribePages, PreferencePages, SubscriberListPages, SubscriberPages],
  providers: [Subscribers, SubscriberExport],
})
export class InformationServiceWebModule implements OnModuleInit, OnApplicationBootstrap {
  constructor(
    private readonly http: HttpAdapterHost,
    private readonly wordings: Wordings,
  ) {}

  onModuleInit(): void {
    takeAnyOneClickBody(this.http.httpAdapter.getInstance<FastifyInstance>());
  }

  /** No form may show words that are not kept: what was read months ago must still be provable. */
  async onApplicationBootstrap(): Promise<void> {
    await this.wordings.keepAll();
  }
}

/** The words of its messages, for the worker. */
@Module({ imports: [InformationServiceModule], providers: [WelcomeWords] })
export class InformationServiceJobsModule {}

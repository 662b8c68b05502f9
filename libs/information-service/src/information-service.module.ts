import { AccessModule } from '@carers/access';
import { CardsModule } from '@carers/cards';
import { PlacesModule } from '@carers/places';
import { WebhooksModule } from '@carers/webhooks';
import { Module, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { FastifyInstance } from 'fastify';
import { childrenParts } from './children/children-parts.js';
import { ConsentEvent } from './consent-event.entity.js';
import { ConsentWording } from './consent-wording.entity.js';
import { Consents } from './consents.js';
import { holdParts } from './holds/parts.js';
import { InformationService } from './information-service.js';
import { leavingParts } from './leaving/leaving-parts.js';
import { ListHeaders } from './list-headers.js';
import { movingParts } from './moving/moving-parts.js';
import { preferenceParts } from './preferences/preference-parts.js';
import { takeAnyOneClickBody } from './preferences/one-click.js';
import { Rederiving } from './rederiving.js';
import { RegistrationEvent } from './registration-event.entity.js';
import { registeringParts } from './registering/registering.parts.js';
import { Subscriber } from './subscriber.entity.js';
import { SubscriberEvents } from './subscriber-events.js';
import { SegmentPages } from './list/segment.pages.js';
import { Segment } from './list/segment.entity.js';
import { Segments } from './list/segments.js';
import { SubscriberFacets } from './list/subscriber-facets.js';
import { FacetSchedule, RefreshFacets } from './list/facets.jobs.js';
import { SubscriberExport } from './list/subscriber-export.js';
import { SubscriberFiles } from './list/subscriber-files.js';
import { SubscriberListPages } from './list/subscriber-list.pages.js';
import { SubscriberPages } from './subscriber.pages.js';
import { Subscribers } from './list/subscribers.js';
import { Subscription } from './subscription.entity.js';
import { Welcome } from './welcome.js';
import { WelcomeWords } from './welcome.message.js';
import { Wordings } from './wordings.js';
import { webhookParts } from './webhooks/webhook-parts.js';

export const informationServiceEntities = [
  Subscriber,
  RegistrationEvent,
  ConsentEvent,
  Subscription,
  ConsentWording,
  ...registeringParts.entities,
  ...childrenParts.entities,
  ...holdParts.entities,
  ...preferenceParts.entities,
  Segment,
];

/** Registration, consent and links to preferences, for other libs. */
@Module({
  imports: [CardsModule, PlacesModule, WebhooksModule, TypeOrmModule.forFeature(informationServiceEntities)],
  providers: [
    ...holdParts.providers,
    ...childrenParts.providers,
    ...leavingParts.providers,
    ...movingParts.providers,
    ...preferenceParts.providers,
    ...registeringParts.providers,
    ...webhookParts.providers,
    Consents,
    InformationService,
    ListHeaders,
    Rederiving,
    Segments,
    SubscriberEvents,
    SubscriberFacets,
    SubscriberFiles,
    Subscribers,
    Welcome,
    Wordings,
  ],
  exports: [
    CardsModule,
    PlacesModule,
    WebhooksModule,
    InformationService,
    ...holdParts.providers,
    ListHeaders,
    ...childrenParts.providers,
    ...leavingParts.exports,
    ...preferenceParts.exports,
    ...registeringParts.exports,
    Segments,
    SubscriberEvents,
    SubscriberFacets,
    SubscriberFiles,
    Subscribers,
    Wordings,
  ],
})
export class InformationServiceModule {}

/** The preference page, one-click unsubscribing, and the list of the carers service. */
@Module({
  imports: [InformationServiceModule, AccessModule],
  controllers: [
    ...leavingParts.pages,
    ...preferenceParts.pages,
    SubscriberListPages,
    SegmentPages,
    ...registeringParts.pages,
    SubscriberPages,
    ...holdParts.pages,
    ...webhookParts.pages,
  ],
  providers: [SubscriberExport, ...webhookParts.pageProviders],
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
@Module({
  imports: [InformationServiceModule],
  providers: [
    WelcomeWords,
    FacetSchedule,
    RefreshFacets,
    ...holdParts.jobs,
    ...childrenParts.jobs,
    ...movingParts.jobs,
    ...webhookParts.jobs,
    ...preferenceParts.jobs,
    ...registeringParts.jobs,
  ],
})
export class InformationServiceJobsModule {}

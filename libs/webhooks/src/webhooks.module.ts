import { AuditModule } from '@carers/audit';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DeliveryRetention } from './delivery-retention.js';
import { GivenUpEvents } from './given-up.js';
import { Sender, SenderLimits } from './sender.js';
import { WebhookDeliveries } from './webhook-deliveries.js';
import { WebhookDelivery } from './webhook-delivery.entity.js';
import { WebhookDispatcher } from './webhook-dispatcher.js';
import { WebhookEndpoint } from './webhook-endpoint.entity.js';
import { WebhookEndpoints } from './webhook-endpoints.js';
import { WebhookEvent } from './webhook-event.entity.js';
import { Webhooks } from './webhooks.js';
import { ForgetWebhooks, SendWebhooks, WebhookSchedule } from './webhooks.jobs.js';

export const webhooksEntities = [WebhookEndpoint, WebhookEvent, WebhookDelivery];

/** Announcing, and endpoints with what became of each message, for other libs: their pages are theirs. */
@Module({
  imports: [AuditModule, TypeOrmModule.forFeature(webhooksEntities)],
  providers: [GivenUpEvents, Webhooks, WebhookEndpoints, WebhookDeliveries],
  exports: [GivenUpEvents, Webhooks, WebhookEndpoints, WebhookDeliveries],
})
export class WebhooksModule {}

/** Sending and forgetting, for the worker. */
@Module({
  imports: [WebhooksModule],
  providers: [
    DeliveryRetention,
    ForgetWebhooks,
    Sender,
    SenderLimits,
    SendWebhooks,
    WebhookDispatcher,
    WebhookSchedule,
  ],
})
export class WebhooksJobsModule {}

import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { StripeEvent } from './stripe-event.entity.js';
import { StripeEventHandler } from './stripe-event.handler.js';
import { StripeEvents } from './stripe-events.js';
import { StripeWebhookController } from './stripe-webhook.controller.js';

/** Taking in what Stripe tells. */
@Module({
  imports: [TypeOrmModule.forFeature([StripeEvent])],
  providers: [StripeEvents],
  controllers: [StripeWebhookController],
})
export class StripeWebModule {}

/** Dealing with it. */
@Module({ imports: [TypeOrmModule.forFeature([StripeEvent])], providers: [StripeEventHandler] })
export class StripeJobsModule {}

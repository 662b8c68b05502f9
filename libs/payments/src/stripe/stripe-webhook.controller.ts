import { NoCsrf, Public } from '@carers/pages';
import { Controller, Headers, HttpCode, Post, type RawBodyRequest, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { StripeEvents } from './stripe-events.js';

/** Where Stripe tells of events. Open to the guard: the signature says who is speaking. */
@Public()
@NoCsrf()
@ApiExcludeController()
@Controller('webhooks')
export class StripeWebhookController {
  constructor(private readonly events: StripeEvents) {}

  @Post('stripe')
  @HttpCode(200)
  async take(
    @Req() request: RawBodyRequest<FastifyRequest>,
    @Headers('stripe-signature') signature: string | undefined,
  ): Promise<{ received: true }> {
    await this.events.take(request.rawBody, signature);
    return { received: true };
  }
}

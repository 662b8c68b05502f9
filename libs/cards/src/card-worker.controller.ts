import { Public } from '@carers/access';
import { ServiceWorkers } from '@carers/pages';
import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** What the card's page is made of, so that it opens without a connection. */
const parts = [
  'app.css',
  'cards.css',
  'app.js',
  'phone-card.js',
  'atkinson-400.woff2',
  'atkinson-400-ext.woff2',
  'atkinson-700.woff2',
  'atkinson-700-ext.woff2',
];

/** The service worker of the card's page. It stands in the root because it serves two parts of the site. */
@Public()
@ApiExcludeController()
@Controller()
export class CardWorkerController {
  constructor(private readonly workers: ServiceWorkers) {}

  @Get('card-worker.js')
  worker(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): string {
    return this.workers.answer('card-worker.js', parts, request, reply);
  }
}

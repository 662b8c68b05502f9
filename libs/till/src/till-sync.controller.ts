import { createHash } from 'node:crypto';
import { Clock } from '@carers/kernel';
import { NoCsrf, Public } from '@carers/pages';
import { Body, Controller, Get, Header, HttpCode, Post, Req, Res } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiForbiddenResponse,
  ApiNotModifiedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  ApiTooManyRequestsResponse,
  ApiUnauthorizedResponse,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type BatchResult, OfflineRedemptions } from './offline-redemptions.js';
import { TillBundles } from './till-bundle.js';
import { TillKeyHash } from './till-key.js';
import { batchAnswer, bundleAnswer } from './till-sync-answers.js';
import { batchRequest, type BatchRequest } from './till-sync-forms.js';

/** What a till calls that goes on without a connection: before, to be ready, and afterwards, to tell. */
@Public()
@NoCsrf()
@ApiTags('Till')
@ApiBearerAuth('till-key')
@ApiUnauthorizedResponse({ description: 'Problem `till-key-refused`: no key, or one that is no till’s (any more)' })
@ApiTooManyRequestsResponse({ description: 'Problem `asked-too-often`; `Retry-After` says how many seconds to wait' })
@Controller('api/v1')
export class TillSyncController {
  constructor(
    private readonly bundles: TillBundles,
    private readonly offline: OfflineRedemptions,
    private readonly clock: Clock,
  ) {}

  @Get('till/bundle')
  @Header('cache-control', 'private, no-cache')
  @ApiOperation({
    summary: 'What a till needs for working without a connection',
    description:
      'The offers of its branch with their terms, what was used of their limits, and the staff PIN. Nothing about any ' +
      'cardholder. Send the `ETag` again as `If-None-Match`: 304 means that nothing has changed. The `Date` header ' +
      'tells the time either way.',
  })
  @ApiOkResponse({ standardSchema: bundleAnswer, headers: { ETag: { schema: { type: 'string' } } } })
  @ApiNotModifiedResponse({ description: 'What you have is right' })
  async bundle(
    @TillKeyHash() keyHash: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object | undefined> {
    const bundle = await this.bundles.of(keyHash);
    const etag = `"${createHash('sha256').update(JSON.stringify(bundle)).digest('base64url').slice(0, 27)}"`;
    const now = this.clock.now();
    void reply.header('etag', etag).header('date', now.toUTCString());
    const known = request.headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
    if (!known?.includes(etag)) return { ...bundle, serverTime: now.toISOString() };
    void reply.status(304);
    return undefined;
  }

  @Post('redemptions/batch')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Tell of uses that were recorded without a connection',
    description:
      'Up to 100, in the order in which they happened. They are recorded as they happened: one that went beyond a limit, ' +
      'or used a card that had ended, is flagged and looked at by staff of the scheme, never refused. Safe to repeat: the ' +
      'same scan and offer are counted once, also when they were recorded online.',
  })
  @ApiOkResponse({ standardSchema: batchAnswer })
  @ApiForbiddenResponse({ description: 'Problem `scope-missing`: the key may not record uses' })
  @ApiUnprocessableEntityResponse({
    description: 'Problem details with `errors: [{ field, message }]`: nothing is kept',
  })
  async batch(
    @TillKeyHash() keyHash: string,
    @Body({ schema: batchRequest }) body: BatchRequest,
  ): Promise<{ results: BatchResult[] }> {
    return { results: await this.offline.record(keyHash, body) };
  }
}

import { Limits } from '@carers/access';
import { type Actor, Audit } from '@carers/audit';
import { InvalidInput } from '@carers/kernel';
import { NoCsrf, Public } from '@carers/pages';
import { Body, Controller, Get, Headers, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiForbiddenResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiQuery,
  ApiTags,
  ApiTooManyRequestsResponse,
  ApiUnauthorizedResponse,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { filterFromQuery, queryOf } from '../../list/filter-fields.js';
import { Subscribers } from '../../list/subscribers.js';
import type { ServiceKey, ServiceScope } from './service-key.entity.js';
import { ServiceKeys } from './service-keys.js';
import {
  newSubscriber,
  type NewSubscriber,
  subscriberAnswer,
  type SubscriberAnswer,
  subscriberChange,
  type SubscriberChange,
  subscriberPage,
  type SubscriberPage,
} from './subscriber-bodies.js';
import { SubscriberAnswers } from './subscriber-answers.js';
import { SubscriberWork } from './subscriber-work.js';

const invalid = 'Problem details with `errors: [{ field, message }]`';

/** The list for the systems of a carers service. Open to the guard, since a key is not a person; closed without one. */
@Public()
@NoCsrf()
@ApiTags('Subscribers')
@ApiBearerAuth('service-key')
@ApiUnauthorizedResponse({ description: 'Problem `service-key-refused`: no key, or one that works no longer' })
@ApiForbiddenResponse({ description: 'Problem `service-key-not-for-this`: the key was made without this scope' })
@ApiTooManyRequestsResponse({ description: 'Problem `asked-too-often`; `Retry-After` says when to go on' })
@Controller('api/v1/subscribers')
export class SubscribersApi {
  constructor(
    private readonly keys: ServiceKeys,
    private readonly limits: Limits,
    private readonly list: Subscribers,
    private readonly answers: SubscriberAnswers,
    private readonly work: SubscriberWork,
    private readonly audit: Audit,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'The list, newest first, a page at a time',
    description:
      'Takes the filters of the list page: `region` (id), `role`, `topic`, `language`, `purpose`, `channel`, `source`, ' +
      '`code`, `format`, `age`, `since`, `until`, `card`, `standing`. Each page is one line in the audit trail.',
  })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: 200, default: 100 } })
  @ApiQuery({ name: 'cursor', required: false, description: '`next` of the page before' })
  @ApiOkResponse({ standardSchema: subscriberPage })
  @ApiUnprocessableEntityResponse({ description: invalid })
  async page(
    @Headers('authorization') authorization: string | undefined,
    @Query() query: Record<string, unknown>,
  ): Promise<SubscriberPage> {
    const key = await this.allowed(authorization, 'read');
    const { size, after } = placeOf(query);
    const filter = filterFromQuery(query);
    const { lines, next } = await this.list.list({ filter }, [key.carersServiceId], { size, ...(after && { after }) });
    await this.audit.note({
      action: 'subscribers.read',
      subject: { kind: 'subscriber-list', id: key.carersServiceId },
      actor: actorOf(key),
      details: { filter: queryOf(filter), people: lines.length },
    });
    return { subscribers: await this.answers.of(lines.map(({ id }) => id)), next };
  }

  @Get(':id')
  @ApiOperation({ summary: 'One person' })
  @ApiOkResponse({ standardSchema: subscriberAnswer })
  @ApiNotFoundResponse({ description: 'Problem `subscriber-not-found`: none of this service' })
  async one(
    @Headers('authorization') authorization: string | undefined,
    @Param('id') id: string,
  ): Promise<SubscriberAnswer> {
    const key = await this.allowed(authorization, 'read');
    const subscriber = await this.list.one(id, [key.carersServiceId]);
    const subject = { kind: 'subscriber', id: subscriber.id };
    await this.audit.note({ action: 'subscriber.viewed', subject, actor: actorOf(key) });
    return this.answer(subscriber.id);
  }

  @Post()
  @ApiOperation({
    summary: 'Register a carer who wants no card',
    description:
      'Somebody who is known beyond doubt (the same name and contact) is not entered twice. Every yes needs its proof. ' +
      'The Idempotency-Key makes a repeated request safe: the same key with the same body registers once.',
  })
  @ApiHeader({ name: 'Idempotency-Key', required: true, description: 'A UUID made for this registration' })
  @ApiCreatedResponse({ standardSchema: subscriberAnswer, description: 'Registered' })
  @ApiOkResponse({ standardSchema: subscriberAnswer, description: 'Registered before by this key' })
  @ApiConflictResponse({
    description:
      'Problem `registration-key-used`: another body before; or `registered-elsewhere`: another service’s list',
  })
  @ApiUnprocessableEntityResponse({ description: invalid })
  async register(
    @Headers('authorization') authorization: string | undefined,
    @Headers('idempotency-key') once: string | undefined,
    @Body({ schema: newSubscriber }) body: NewSubscriber,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SubscriberAnswer> {
    const key = await this.allowed(authorization, 'write');
    const { subscriberId, isNew } = await this.work.register(key, once, body, actorOf(key));
    void reply.status(isNew ? 201 : 200);
    return this.answer(subscriberId);
  }

  @Patch(':id')
  @ApiOperation({
    summary: 'Change what somebody gets',
    description: 'Only what is named changes. A yes needs its proof; a no needs none.',
  })
  @ApiOkResponse({ standardSchema: subscriberAnswer })
  @ApiNotFoundResponse({ description: 'Problem `subscriber-not-found`: none of this service' })
  @ApiUnprocessableEntityResponse({ description: invalid })
  async change(
    @Headers('authorization') authorization: string | undefined,
    @Param('id') id: string,
    @Body({ schema: subscriberChange }) body: SubscriberChange,
  ): Promise<SubscriberAnswer> {
    const key = await this.allowed(authorization, 'write');
    const subscriber = await this.list.one(id, [key.carersServiceId]);
    await this.work.change(subscriber, body, actorOf(key));
    return this.answer(subscriber.id);
  }

  @Post(':id/leave')
  @HttpCode(204)
  @ApiOperation({ summary: 'Take somebody off the list', description: 'Safe to repeat. A card is not touched.' })
  @ApiNoContentResponse({ description: 'They are off the list' })
  @ApiNotFoundResponse({ description: 'Problem `subscriber-not-found`: none of this service' })
  async leave(@Headers('authorization') authorization: string | undefined, @Param('id') id: string): Promise<void> {
    const key = await this.allowed(authorization, 'write');
    const subscriber = await this.list.one(id, [key.carersServiceId]);
    await this.work.leave(subscriber, actorOf(key));
  }

  private async allowed(authorization: string | undefined, scope: ServiceScope): Promise<ServiceKey> {
    const key = await this.keys.of(authorization, scope);
    await this.limits.count('service-key', key.id);
    return key;
  }

  private async answer(id: string): Promise<SubscriberAnswer> {
    return (await this.answers.of([id]))[0]!;
  }
}

/** A system acts as itself; the trail names its key. */
function actorOf({ id }: ServiceKey): Actor {
  return { kind: 'system', id: `service-key:${id}` };
}

/** @throws InvalidInput: a cursor that cannot be read must not begin again from the top */
function placeOf({ limit, cursor }: Record<string, unknown>): { size: number; after: string | null } {
  const size = limit === undefined ? 100 : Number(limit);
  if (!Number.isInteger(size) || size < 1 || size > 200) {
    throw new InvalidInput([{ field: 'limit', message: 'information-service:api.limit-wrong' }]);
  }
  if (cursor === undefined) return { size, after: null };
  if (typeof cursor !== 'string' || !/^\d{4}-\d\d-\d\dT[\d:.]+Z_[0-9a-f-]{36}$/.test(cursor)) {
    throw new InvalidInput([{ field: 'cursor', message: 'information-service:api.cursor-wrong' }]);
  }
  return { size, after: cursor };
}

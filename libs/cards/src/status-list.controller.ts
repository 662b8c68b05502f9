import { Public } from '@carers/access';
import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiGoneResponse, ApiOkResponse, ApiOperation, ApiTags, ApiUnprocessableEntityResponse } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { StatusLists } from './status-lists.js';

const ChangesQuery = z.object({
  since: z
    .string({ error: 'cards:errors.since' })
    .regex(/^\d{1,10}$/, { error: 'cards:errors.since' })
    .transform(Number)
    .refine((seconds) => seconds < 2 ** 32, { error: 'cards:errors.since' })
    .describe('`iat` of the list that you have: seconds since 1970'),
});

/** Which cards do not work any more, for tills and apps that check cards without a connection. */
@ApiTags('Cards')
@Public()
@Controller('api/v1/status-list')
export class StatusListController {
  constructor(private readonly lists: StatusLists) {}

  @Get()
  @ApiOperation({
    summary: 'The status list: which cards were stopped',
    description:
      'A signed JWT by the IETF Token Status List (draft-ietf-oauth-status-list-21): two bits for each card code, 0 valid, ' +
      '1 invalid, 2 suspended, at the index that the code names. Check it with the keys of `/.well-known/jwks.json`. ' +
      'Ask again with `If-None-Match`, or ask for the changes.',
  })
  @ApiOkResponse({
    description: 'The list; a change shows within 60 seconds',
    content: { 'application/statuslist+jwt': { schema: { type: 'string' } } },
  })
  async whole(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const { jwt, etag } = await this.lists.whole();
    readableEverywhere(reply).header('cache-control', 'public, max-age=15').header('etag', etag);
    // The statuses in it are compressed already, so the type is one that is not compressed again.
    reply.type('application/statuslist+jwt');
    const known = request.headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
    if (!known?.includes(etag) && !known?.includes('*')) return jwt;
    reply.status(304);
    return '';
  }

  @Get('changes')
  @ApiOperation({
    summary: 'What changed in the status list',
    description:
      'A signed JWT: `{ iat, since, size, changes: [[index, status], …] }` with the present status of each card code that ' +
      'changed since the beginning of that hour. It names those of the 15 minutes before again, since a change may be seen a while after it was made.',
  })
  @ApiOkResponse({
    description: 'The changes',
    content: { 'application/statuslist-changes+jwt': { schema: { type: 'string' } } },
  })
  @ApiUnprocessableEntityResponse({ description: '`since` is not a time in seconds' })
  @ApiGoneResponse({ description: 'More than a week ago, or too much changed: fetch the whole list' })
  async changes(
    @Query({ schema: ChangesQuery }) asked: z.output<typeof ChangesQuery>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const jwt = await this.lists.changesSince(asked.since);
    readableEverywhere(reply).header('cache-control', 'public, max-age=10').type('application/statuslist-changes+jwt');
    return jwt;
  }
}

/** Browsers of other sites may read it: a shop's own till is one. */
function readableEverywhere(reply: FastifyReply): FastifyReply {
  return reply.header('access-control-allow-origin', '*').header('cross-origin-resource-policy', 'cross-origin');
}

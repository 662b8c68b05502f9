import { createHash } from 'node:crypto';
import { Public } from '@carers/access';
import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CardKeys } from './card-keys.js';

/** The scheme's public card keys, for tills that check cards without a connection. */
@Public()
@ApiExcludeController()
@Controller('.well-known')
export class JwksController {
  constructor(private readonly keys: CardKeys) {}

  /** A JSON Web Key Set (RFC 7517, section 5). */
  @Get('jwks.json')
  async jwks(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const body = JSON.stringify(await this.keys.jwks());
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;
    // Browsers of other sites may read it: that is what it is for.
    reply.header('access-control-allow-origin', '*').header('cross-origin-resource-policy', 'cross-origin');
    reply.header('cache-control', 'public, max-age=300').header('etag', etag).type('application/jwk-set+json');
    const known = request.headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
    if (!known?.includes(etag) && !known?.includes('*')) return body;
    reply.status(304);
    return '';
  }
}

import { Limits } from '@carers/access';
import { page, type PageResult, Public } from '@carers/pages';
import { Controller, Get, Header, Param, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { CardChecks } from './card-checks.js';

/**
 * Where a card's QR leads a phone that is not a till: what the card is, and whether it is valid. Nobody learns here
 * whose it is. The QR holds the path in capitals, and some phones put addresses in small letters.
 */
@Public()
@ApiExcludeController()
@Controller(['c', 'C'])
export class CardCheckPages {
  constructor(
    private readonly checks: CardChecks,
    private readonly limits: Limits,
  ) {}

  @Get(':token')
  @Header('x-robots-tag', 'noindex')
  async show(@Param('token') token: string, @Req() request: FastifyRequest): Promise<PageResult> {
    await this.limits.count('card-check-address', request.ip);
    const look = await this.checks.look(token);
    const shape = look === 'valid' ? 'yes' : look === 'not_valid' ? 'no' : 'ask';
    const known = look !== 'unreadable';
    return page('till/card', { look, shape, token, known }, { status: known ? 200 : 404 });
  }
}

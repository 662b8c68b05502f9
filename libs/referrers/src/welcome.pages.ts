import { Public } from '@carers/access';
import { page, type PageResult } from '@carers/pages';
import { Controller, Get, Param, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ReferrerDoor } from './referrer-door.js';

/** Where somebody signs up who wants no card: the carers service's own form, which takes a code as `ref`. */
const signUpPath = '/carers-service/join';

/** A referrer's own page, where its QR code leads: a welcome in its name, and the ways on with its code. */
@Public()
@ApiExcludeController()
@Controller('r/:code')
export class ReferrerWelcomePages {
  constructor(private readonly door: ReferrerDoor) {}

  @Get()
  async welcome(@Req() request: FastifyRequest, @Param('code') code: string): Promise<PageResult> {
    const referrer = await this.door.open(code, request.ip);
    if (referrer.endedAt) return this.door.endedPage(referrer);
    return page('referrers/welcome', {
      name: referrer.name,
      code: referrer.code,
      signUpPath,
      service: await this.door.serviceOf(referrer),
    });
  }
}

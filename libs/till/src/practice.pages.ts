import { For } from '@carers/access';
import { CardTokens } from '@carers/cards';
import { qrSvg } from '@carers/credentials';
import { addDays, Clock } from '@carers/kernel';
import { page, PageRenderer, type PageResult } from '@carers/pages';
import { Controller, Get, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';

/** How long a practice card works, today included. It cannot be stopped, so not for long; a new one is a page away. */
const practiceDays = 30;

/** A card for training staff, to print or to show on a second phone: genuine to a till, and it counts nowhere. */
@Controller('business/tills/practice')
@ApiExcludeController()
@For('business_owner')
export class PracticePages {
  constructor(
    private readonly tokens: CardTokens,
    private readonly renderer: PageRenderer,
    private readonly clock: Clock,
  ) {}

  @Get()
  async show(@Req() request: FastifyRequest): Promise<PageResult> {
    const name = this.renderer.wordsFor(request).t('till:practice.name');
    const until = addDays(this.clock.today(), practiceDays - 1);
    return page('till/owner/practice', { qr: qrSvg(await this.tokens.practice(name, practiceDays)), until });
  }
}

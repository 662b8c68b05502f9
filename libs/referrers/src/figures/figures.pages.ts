import { Limits, Public } from '@carers/access';
import { page, PageRenderer, type PageResult } from '@carers/pages';
import { Controller, Get, Param, Query, Req, type StreamableFile } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ReferrerFiles } from '../paper/referrer-files.js';
import { ReferrerLinks } from '../referrer-links.js';
import { padQuery } from '../referrers.forms.js';
import { ReferrerFigures } from './referrer-figures.js';

/** A referrer's own page: what came of its work, and what it may print. Whoever has the link may read it. */
@Public()
@ApiExcludeController()
@Controller('referrer/:token')
export class ReferrerFiguresPages {
  constructor(
    private readonly links: ReferrerLinks,
    private readonly figures: ReferrerFigures,
    private readonly files: ReferrerFiles,
    private readonly renderer: PageRenderer,
    private readonly limits: Limits,
  ) {}

  @Get()
  async show(@Param('token') token: string): Promise<PageResult> {
    const referrer = await this.links.open(token);
    return page('referrers/figures', {
      name: referrer.name,
      code: referrer.code,
      ended: referrer.endedAt !== null,
      link: this.links.scanned(referrer.code),
      base: `/referrer/${token}`,
      ...(await this.figures.told(referrer)),
    });
  }

  @Get('leaflet.pdf')
  async leaflet(
    @Req() request: FastifyRequest,
    @Param('token') token: string,
    @Query('paper') paper: unknown,
  ): Promise<StreamableFile> {
    const referrer = await this.links.open(token);
    await this.limits.count('referrer-print', referrer.id);
    return this.files.leaflet(referrer, paper === 'a4' ? 'a4' : 'a5', this.renderer.wordsFor(request));
  }

  @Get('pad.pdf')
  async pad(
    @Req() request: FastifyRequest,
    @Param('token') token: string,
    @Query() query: unknown,
  ): Promise<StreamableFile> {
    const referrer = await this.links.open(token);
    await this.limits.count('referrer-print', referrer.id);
    return this.files.pad(referrer, padQuery.parse(query), this.renderer.wordsFor(request));
  }
}

import { For, Who } from '@carers/access';
import { Clock } from '@carers/kernel';
import { page, PageRenderer, type PageResult } from '@carers/pages';
import { Controller, Get, Post, Req, StreamableFile } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Figures } from './figures.js';
import { FiguresExport } from './figures-export.js';

/** From leaflet to first use, in one small table, and code by code as a file. */
@For('registrar', 'administrator')
@ApiExcludeController()
@Controller('staff/recruiting/figures')
export class StaffFiguresPages {
  constructor(
    private readonly figures: Figures,
    private readonly exports: FiguresExport,
    private readonly renderer: PageRenderer,
    private readonly clock: Clock,
  ) {}

  @Get()
  async show(): Promise<PageResult> {
    const sources = await this.figures.bySource();
    return page('recruiting/staff/figures', {
      sources: sources.map(({ kind, ...counts }) => ({
        key: `recruiting:figures.kinds.${kind}`,
        ...counts,
        coded: kind !== 'suggestion',
      })),
    });
  }

  @Post('export')
  async export(@Req() request: FastifyRequest, @Who() who: Who): Promise<StreamableFile> {
    const file = await this.exports.csv(who.actor(), this.renderer.wordsFor(request));
    return new StreamableFile(file, {
      type: 'text/csv; charset=utf-8; header=present',
      disposition: `attachment; filename="recruiting-${this.clock.today()}.csv"`,
    });
  }
}

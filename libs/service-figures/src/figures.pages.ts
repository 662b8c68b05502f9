import { For, Who } from '@carers/access';
import { scopeOf } from '@carers/information-service';
import { page, PageRenderer, type PageResult } from '@carers/pages';
import { SchemeService } from '@carers/places';
import { Controller, Get, Post, Query, Req, StreamableFile } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { FiguresExport } from './figures-export.js';
import { FiguresQuery, type Reader, readerOf } from './figures-query.js';
import { FiguresBoard } from './figures-board.js';
import { ServiceFigures } from './service-figures.js';

/** How somebody signed up or answered, what became of a copy, or why it was not sent: those that have words. */
const hows: readonly string[] = [
  ...['web', 'paper', 'phone', 'api', 'link', 'letter_code'],
  ...['sent', 'delivered', 'printed', 'bounced', 'failed'],
  ...[
    'left',
    'paused',
    'deceased',
    'moved_away',
    'under_review',
    'no_consent',
    'no_address',
    'complaint',
    'returned',
    'cancelled',
  ],
];

const base = '/staff/information-service/figures';

/** How the carers service does: growth, reach and messages, each number with the rows it counts. */
@For('carers_service_officer', 'administrator', 'commissioner')
@ApiExcludeController()
@Controller('staff/information-service/figures')
export class FiguresPages {
  constructor(
    private readonly board: FiguresBoard,
    private readonly figures: ServiceFigures,
    private readonly query: FiguresQuery,
    private readonly exports: FiguresExport,
    private readonly schemes: SchemeService,
    private readonly renderer: PageRenderer,
  ) {}

  @Get()
  async show(
    @Who() who: Who,
    @Query() query: Record<string, unknown>,
    @Req() request: FastifyRequest,
  ): Promise<PageResult> {
    const reader = await this.reader(who, query);
    const words = this.renderer.wordsFor(request);
    const { parts, ...board } = await this.board.read(reader);
    return page('service-figures/figures', {
      form: { asOf: reader.asOf },
      asOf: reader.asOf,
      wholeMonths: reader.smallest !== null,
      smallest: reader.smallest,
      ...board,
      parts: parts.map((part) => ({ ...part, heads: part.columns.map((name) => words.keyOrText(name)) })),
    });
  }

  /** The rows that a number counts. Who may see persons sees who they are; others see only what happened, and when. */
  @Get('rows')
  async rows(@Who() who: Who, @Query() query: Record<string, unknown>): Promise<PageResult> {
    const reader = await this.reader(who, query);
    const asked = this.query.rows(query);
    const after = this.query.after(query);
    const told = await this.board.mayOpen(asked, reader);
    const { rows, more } = told
      ? await this.figures.rows(asked, reader.asOf, reader.scope, after)
      : { rows: [], more: false };
    const regions = new Map((await this.schemes.regions()).map(({ id, name }) => [id, name]));
    const last = rows.at(-1);
    return page('service-figures/rows', {
      figureKey: `service-figures:figures.${asked.figure}`,
      definitionKey: `service-figures:definitions.${asked.figure}`,
      month: asked.month,
      asOf: reader.asOf,
      back: `${base}?asOf=${reader.asOf}`,
      persons: reader.persons,
      hidden: !told,
      rows: rows.map(({ subscriberId, name, at, regionId, source, channel, how }) => ({
        name: reader.persons ? name : null,
        href: reader.persons ? `/staff/subscribers/${subscriberId}` : null,
        at,
        region: regions.get(regionId),
        sourceKey: `service-figures:sources.${source}`,
        channelKey: channel && `service-figures:channels.${channel}`,
        howKey: `service-figures:how.${hows.includes(how) ? how : 'other'}`,
      })),
      next: more && last ? this.query.next(query, last) : null,
    });
  }

  @Post('export')
  async export(
    @Who() who: Who,
    @Query() query: Record<string, unknown>,
    @Req() request: FastifyRequest,
  ): Promise<StreamableFile> {
    const reader = await this.reader(who, query);
    const file = await this.exports.csv(reader, who.actor(), this.renderer.wordsFor(request));
    return new StreamableFile(file, {
      type: 'text/csv; charset=utf-8; header=present',
      disposition: `attachment; filename="carers-service-${reader.asOf}.csv"`,
    });
  }

  private async reader(who: Who, query: Record<string, unknown>): Promise<Reader> {
    const { figures } = await this.schemes.policyOn();
    return readerOf(who, scopeOf(who), this.query.asOf(query), this.query.today, figures.smallestGroup);
  }
}

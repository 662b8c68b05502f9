import { For, StaffSections, Who } from '@carers/access';
import { addMonths, Clock, line } from '@carers/kernel';
import { page, PageRenderer, type PageResult, readForm } from '@carers/pages';
import { SchemeService } from '@carers/places';
import { Body, Controller, Get, type OnModuleInit, Post, Query, Req, StreamableFile } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { scopeOf } from '../officer-scope.js';
import { sourceKinds } from '../purposes.js';
import { filterFromQuery, queryOf } from './filter-fields.js';
import {
  filterChoices,
  filterInWords,
  filterValues,
  hasMore,
  isNarrowed,
  lineView,
  reachTable,
  segmentLinks,
  servicesSeen,
  signUpTable,
} from './list.presenter.js';
import { Segments } from './segments.js';
import { SubscriberExport } from './subscriber-export.js';
import { type Sought, Subscribers } from './subscribers.js';

const exportForm = z.object({ reason: line({ max: 300, missing: 'information-service:export.reason-missing' }) });

/** What an address asks for. */
export function soughtIn(query: Record<string, unknown>): Sought {
  const name = typeof query['name'] === 'string' ? query['name'].trim().slice(0, 80) : '';
  return { filter: filterFromQuery(query), ...(name && { name }) };
}

/** The list of a carers service: who is on it, who can be reached by what, where they came from, and as a file. */
@Controller('staff/subscribers')
@For('carers_service_officer', 'administrator')
export class SubscriberListPages implements OnModuleInit {
  constructor(
    private readonly subscribers: Subscribers,
    private readonly segments: Segments,
    private readonly exports: SubscriberExport,
    private readonly schemes: SchemeService,
    private readonly sections: StaffSections,
    private readonly renderer: PageRenderer,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.sections.add({
      roles: ['carers_service_officer', 'administrator'],
      href: '/staff/subscribers',
      titleKey: 'information-service:staff.section',
    });
  }

  @Get()
  async list(@Who() who: Who, @Query() query: Record<string, unknown>): Promise<PageResult> {
    const sought = soughtIn(query);
    const scope = scopeOf(who);
    const text = (name: string) => (typeof query[name] === 'string' ? query[name] : undefined);
    const after = text('after');
    const today = this.clock.today();
    // This month and the eleven before it.
    const since = `${addMonths(today, -11).slice(0, 7)}-01`;
    const [scheme, { lines, next }, found, segments, signUps] = await Promise.all([
      this.schemes.current(),
      this.subscribers.list(sought, scope, { after }),
      this.segments.count(sought.filter, scope, sought.name),
      this.segments.list(scope),
      this.subscribers.signUps(scope, since),
    ]);
    const regionNames = new Map(scheme.regions.map(({ id, name }) => [id, name]));
    const services = servicesSeen(scheme, scope);
    const { filter, name } = sought;
    const segment = segments.find(({ id }) => id === text('segment'));
    const here = (more: Record<string, string | undefined>) =>
      `?${queryOf(filter, { name, segment: segment?.id, ...more })}`;
    return page('information-service/staff/subscribers', {
      form: filterValues(sought),
      choices: filterChoices(scheme, scope),
      services: services.map((each) => each.name),
      narrowed: isNarrowed(sought),
      more: hasMore(sought),
      inWords: filterInWords(sought, scheme),
      found,
      reach: reachTable(found, sought),
      lines: lines.map((each) => lineView(each, regionNames, today)),
      first: after === undefined ? null : here({}),
      next: next && here({ after: next }),
      query: queryOf(filter, { name }),
      segments: segmentLinks(segments, services),
      segment: segment && {
        id: segment.id,
        name: segment.name,
        version: segment.version,
        differs: queryOf(segment.filter) !== queryOf(filter),
      },
      sources: sourceKinds.map((kind) => `information-service:sources.${kind}`),
      signUps: signUpTable(signUps),
    });
  }

  @Get('export')
  async askWhy(@Who() who: Who, @Query() query: Record<string, unknown>): Promise<PageResult> {
    return this.exportPage(who, query);
  }

  @Post('export')
  async export(
    @Who() who: Who,
    @Query() query: Record<string, unknown>,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
  ): Promise<PageResult | StreamableFile> {
    const read = await readForm(exportForm, body);
    if (read.errors) return this.exportPage(who, query, read);
    const words = this.renderer.wordsFor(request);
    const file = await this.exports.csv(soughtIn(query), scopeOf(who), read.value.reason, who.actor(), words);
    return new StreamableFile(file, {
      type: 'text/csv; charset=utf-8; header=present',
      disposition: `attachment; filename="subscribers-${this.clock.today()}.csv"`,
    });
  }

  private async exportPage(who: Who, query: Record<string, unknown>, typed = {}): Promise<PageResult> {
    const sought = soughtIn(query);
    const { filter, name } = sought;
    const [{ people }, scheme] = await Promise.all([
      this.segments.count(filter, scopeOf(who), name),
      this.schemes.current(),
    ]);
    const search = queryOf(filter, { name });
    return page('information-service/staff/export', {
      people,
      search,
      inWords: filterInWords(sought, scheme),
      ...typed,
    });
  }
}

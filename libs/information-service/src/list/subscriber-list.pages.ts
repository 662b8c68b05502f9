import { For, StaffSections, Who } from '@carers/access';
import { addMonths, Clock, line } from '@carers/kernel';
import { page, PageRenderer, type PageResult, readForm } from '@carers/pages';
import { SchemeService } from '@carers/places';
import { Body, Controller, Get, type OnModuleInit, Post, Query, Req, StreamableFile } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { scopeOf } from '../officer-scope.js';
import { SubscriberExport } from './subscriber-export.js';
import { filterQuery, queryOf } from './subscriber-filter.js';
import {
  filterChoices,
  filterValues,
  lineView,
  reachTable,
  serviceNames,
  signUpTable,
} from '../subscriber.presenter.js';
import { Subscribers } from './subscribers.js';
import { sourceKinds } from '../purposes.js';

const exportForm = z.object({ reason: line({ max: 300, missing: 'information-service:export.reason-missing' }) });

/** The list of a carers service: who is on it, who can be reached by what, where they came from, and as a file. */
@Controller('staff/subscribers')
@For('carers_service_officer', 'administrator')
export class SubscriberListPages implements OnModuleInit {
  constructor(
    private readonly subscribers: Subscribers,
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
    const filter = filterQuery.parse(query);
    const scope = scopeOf(who);
    const after = typeof query['after'] === 'string' ? query['after'] : undefined;
    // This month and the eleven before it.
    const since = `${addMonths(this.clock.today(), -11).slice(0, 7)}-01`;
    const [scheme, { lines, next }, found, reach, signUps] = await Promise.all([
      this.schemes.current(),
      this.subscribers.list(filter, scope, after),
      this.subscribers.count(filter, scope),
      this.subscribers.reach(scope),
      this.subscribers.signUps(scope, since),
    ]);
    const regionNames = new Map(scheme.regions.map(({ id, name }) => [id, name]));
    return page('information-service/staff/subscribers', {
      form: filterValues(filter),
      choices: filterChoices(scheme, scope),
      services: serviceNames(scheme, scope),
      query: queryOf(filter),
      filtered: Object.keys(queryOf(filter)).length > 0,
      found,
      lines: lines.map((each) => lineView(each, regionNames)),
      next,
      paged: after !== undefined,
      reach: reachTable(reach),
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
    const filter = filterQuery.parse(query);
    const words = this.renderer.wordsFor(request);
    const file = await this.exports.csv(filter, scopeOf(who), read.value.reason, who.actor(), words);
    return new StreamableFile(file, {
      type: 'text/csv; charset=utf-8; header=present',
      disposition: `attachment; filename="subscribers-${this.clock.today()}.csv"`,
    });
  }

  private async exportPage(who: Who, query: Record<string, unknown>, typed = {}): Promise<PageResult> {
    const filter = filterQuery.parse(query);
    const people = await this.subscribers.count(filter, scopeOf(who));
    const search = new URLSearchParams(queryOf(filter)).toString();
    return page('information-service/staff/export', { people, search, ...typed });
  }
}

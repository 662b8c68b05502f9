import { For, Who } from '@carers/access';
import { line } from '@carers/kernel';
import { page, type PageResult, readForm, redirect, type RedirectResult } from '@carers/pages';
import { SchemeService } from '@carers/places';
import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { SegmentNameTaken } from '../information-service.problems.js';
import { type OfficerScope, scopeOf } from '../officer-scope.js';
import { filterFromQuery, queryOf } from './filter-fields.js';
import { filterInWords, servicesSeen } from './list.presenter.js';
import { Segments } from './segments.js';

const name = line({ max: 80, missing: 'information-service:segments.name-missing' });
const version = z.coerce.number().int().min(1);
const service = z.string({ error: 'information-service:segments.service-missing' });
const list = '/staff/subscribers';

/** Filters of the list, saved under a name. */
@Controller('staff/subscribers/segments')
@For('carers_service_officer', 'administrator')
export class SegmentPages {
  constructor(
    private readonly segments: Segments,
    private readonly schemes: SchemeService,
  ) {}

  @Get('new')
  async askName(@Who() who: Who, @Query() query: Record<string, unknown>): Promise<PageResult> {
    return this.newPage(scopeOf(who), query);
  }

  @Post('new')
  async save(
    @Who() who: Who,
    @Query() query: Record<string, unknown>,
    @Body() body: unknown,
  ): Promise<PageResult | RedirectResult> {
    const scope = scopeOf(who);
    const offered = servicesSeen(await this.schemes.current(), scope);
    const one = offered.length === 1 ? offered[0]!.id : undefined;
    const known = service.refine((id) => offered.some((each) => each.id === id), {
      error: 'information-service:segments.service-missing',
    });
    const read = await readForm(z.object({ name, service: one ? known.default(one) : known }), body);
    if (read.errors) return this.newPage(scope, query, read);
    const filter = filterFromQuery(query);
    try {
      const { id } = await this.segments.save(
        { carersServiceId: read.value.service, name: read.value.name, filter },
        who.actor(),
      );
      return redirect(`${list}?${queryOf(filter, { segment: id })}`, 303, {
        notice: 'information-service:segments.saved',
      });
    } catch (problem) {
      return this.newPage(scope, query, { form: read.form, errors: nameErrors(problem) });
    }
  }

  @Get(':id')
  async show(@Who() who: Who, @Param('id') id: string): Promise<PageResult> {
    return this.segmentPage(id, scopeOf(who));
  }

  @Post(':id')
  async rename(@Who() who: Who, @Param('id') id: string, @Body() body: unknown): Promise<PageResult | RedirectResult> {
    const scope = scopeOf(who);
    const read = await readForm(z.object({ name, version }), body);
    if (read.errors) return this.segmentPage(id, scope, read);
    const { version: opened, ...to } = read.value;
    try {
      await this.segments.change(id, opened, to, scope, who.actor());
    } catch (problem) {
      return this.segmentPage(id, scope, { form: read.form, errors: nameErrors(problem) });
    }
    return redirect(`${list}/segments/${id}`, 303, { notice: 'information-service:segments.renamed' });
  }

  /** The filters that the list shows become those of the segment. */
  @Post(':id/filter')
  async refilter(
    @Who() who: Who,
    @Param('id') id: string,
    @Query() query: Record<string, unknown>,
    @Body() body: unknown,
  ): Promise<PageResult | RedirectResult> {
    const read = await readForm(z.object({ version }), body);
    if (read.errors) return this.segmentPage(id, scopeOf(who), read);
    const filter = filterFromQuery(query);
    await this.segments.change(id, read.value.version, { filter }, scopeOf(who), who.actor());
    return redirect(`${list}?${queryOf(filter, { segment: id })}`, 303, {
      notice: 'information-service:segments.refiltered',
    });
  }

  @Post(':id/delete')
  async remove(@Who() who: Who, @Param('id') id: string, @Body() body: unknown): Promise<PageResult | RedirectResult> {
    const read = await readForm(z.object({ version }), body);
    if (read.errors) return this.segmentPage(id, scopeOf(who), read);
    await this.segments.remove(id, read.value.version, scopeOf(who), who.actor());
    return redirect(list, 303, { notice: 'information-service:segments.deleted' });
  }

  private async newPage(scope: OfficerScope, query: Record<string, unknown>, typed = {}): Promise<PageResult> {
    const filter = filterFromQuery(query);
    const scheme = await this.schemes.current();
    const services = servicesSeen(scheme, scope).map(({ id, name: text }) => ({ value: id, text }));
    return page('information-service/staff/segment-new', {
      search: queryOf(filter),
      inWords: filterInWords({ filter }, scheme),
      services: services.length > 1 ? services : null,
      ...typed,
    });
  }

  private async segmentPage(id: string, scope: OfficerScope, typed = {}): Promise<PageResult> {
    const segment = await this.segments.find(id, scope);
    const [scheme, found] = await Promise.all([
      this.schemes.current(),
      this.segments.count(segment.filter, [segment.carersServiceId]),
    ]);
    return page('information-service/staff/segment', {
      id,
      name: segment.name,
      service: scheme.carersServices.find((each) => each.id === segment.carersServiceId)?.name ?? '',
      version: segment.version,
      changedAt: segment.changedAt,
      inWords: filterInWords({ filter: segment.filter }, scheme),
      found,
      open: `${list}?${queryOf(segment.filter, { segment: id })}`,
      form: { name: segment.name },
      ...typed,
    });
  }
}

function nameErrors(problem: unknown) {
  if (!(problem instanceof SegmentNameTaken)) throw problem;
  return [{ field: 'name', message: 'information-service:segments.name-taken' }];
}

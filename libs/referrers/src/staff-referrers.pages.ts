import { For, Who } from '@carers/access';
import { scopeOf } from '@carers/information-service';
import { groupedCode, line } from '@carers/kernel';
import {
  errorsOf,
  page,
  PageRenderer,
  type PageModel,
  type PageResult,
  readForm,
  redirect,
  type RedirectResult,
} from '@carers/pages';
import { SchemeService } from '@carers/places';
import { Body, Controller, Get, Param, Post, Query, Req, type StreamableFile } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ReferrerFigures } from './figures/referrer-figures.js';
import { ReferrerFiles } from './paper/referrer-files.js';
import type { Referrer } from './referrer.entity.js';
import { ReferrerKinds } from './referrer-kinds.js';
import { ReferrerLinks } from './referrer-links.js';
import { newReferrerForm, padQuery, referrerForm } from './referrers.forms.js';
import { Referrers } from './referrers.js';

const base = '/staff/information-service/referrers';
const endForm = z.object({ reason: line({ max: 300, missing: 'referrers:errors.reason-missing' }) });

/** Referrers of a carers service: who they are, what they print, what came of it. */
@For('carers_service_officer', 'administrator')
@ApiExcludeController()
@Controller('staff/information-service/referrers')
export class StaffReferrersPages {
  constructor(
    private readonly referrers: Referrers,
    private readonly kinds: ReferrerKinds,
    private readonly figures: ReferrerFigures,
    private readonly files: ReferrerFiles,
    private readonly links: ReferrerLinks,
    private readonly schemes: SchemeService,
    private readonly renderer: PageRenderer,
  ) {}

  @Get()
  async list(@Who() who: Who, @Query('ended') ended: unknown, @Query('after') after: unknown): Promise<PageResult> {
    const standing = ended === 'yes' ? 'ended' : 'active';
    const cursor = typeof after === 'string' ? after : null;
    const { referrers, next } = await this.referrers.list(scopeOf(who), standing, cursor);
    const regions = await this.regionNames();
    return page('referrers/staff/referrers', {
      ended: standing === 'ended',
      lines: referrers.map(({ id, name, kind, code, regionId }) => ({
        href: `${base}/${id}`,
        name,
        kindKey: `referrers:kinds.${kind}`,
        code: groupedCode(code),
        region: regions.get(regionId),
      })),
      next,
      paged: cursor !== null,
    });
  }

  @Get('new')
  async askNew(): Promise<PageResult> {
    return this.newPage({ form: {} });
  }

  @Post('new')
  async make(@Who() who: Who, @Body() body: unknown): Promise<PageResult | RedirectResult> {
    const read = await readForm(newReferrerForm, body);
    if (read.errors) return this.newPage(read);
    try {
      const { id } = await this.referrers.make(read.value, scopeOf(who), who.actor());
      return redirect(`${base}/${id}`, 303, { notice: 'referrers:staff.made' });
    } catch (problem) {
      const errors = errorsOf(problem);
      if (!errors) throw problem;
      return this.newPage({ form: read.form, errors });
    }
  }

  @Get(':id')
  async one(@Who() who: Who, @Param('id') id: string): Promise<PageResult> {
    return this.onePage(who, id, { form: {} });
  }

  @Get(':id/change')
  async askChange(@Who() who: Who, @Param('id') id: string): Promise<PageResult> {
    return this.changePage(await this.referrers.one(id, scopeOf(who)));
  }

  @Post(':id/change')
  async change(@Who() who: Who, @Param('id') id: string, @Body() body: unknown): Promise<PageResult | RedirectResult> {
    const referrer = await this.referrers.one(id, scopeOf(who));
    const read = await readForm(referrerForm, body);
    if (read.errors) return this.changePage(referrer, read);
    try {
      await this.referrers.change(id, read.value, scopeOf(who), who.actor());
    } catch (problem) {
      const errors = errorsOf(problem);
      if (!errors) throw problem;
      return this.changePage(referrer, { form: read.form, errors });
    }
    return redirect(`${base}/${id}`, 303, { notice: 'referrers:staff.changed' });
  }

  @Post(':id/end')
  async end(@Who() who: Who, @Param('id') id: string, @Body() body: unknown): Promise<PageResult | RedirectResult> {
    const read = await readForm(endForm, body);
    if (read.errors) return this.onePage(who, id, read);
    await this.referrers.end(id, scopeOf(who), read.value.reason, who.actor());
    return redirect(`${base}/${id}`, 303, { notice: 'referrers:staff.ended' });
  }

  @Post(':id/resume')
  async resume(@Who() who: Who, @Param('id') id: string): Promise<RedirectResult> {
    await this.referrers.resume(id, scopeOf(who), who.actor());
    return redirect(`${base}/${id}`, 303, { notice: 'referrers:staff.resumed' });
  }

  @Post(':id/new-link')
  async newLink(@Who() who: Who, @Param('id') id: string): Promise<RedirectResult> {
    await this.referrers.renewLink(id, scopeOf(who), who.actor());
    return redirect(`${base}/${id}`, 303, { notice: 'referrers:staff.link-renewed' });
  }

  @Get(':id/leaflet.pdf')
  async leaflet(
    @Req() request: FastifyRequest,
    @Who() who: Who,
    @Param('id') id: string,
    @Query('paper') paper: unknown,
  ): Promise<StreamableFile> {
    const referrer = await this.referrers.one(id, scopeOf(who));
    return this.files.leaflet(referrer, paper === 'a4' ? 'a4' : 'a5', this.renderer.wordsFor(request));
  }

  @Get(':id/pad.pdf')
  async pad(
    @Req() request: FastifyRequest,
    @Who() who: Who,
    @Param('id') id: string,
    @Query() query: unknown,
  ): Promise<StreamableFile> {
    const referrer = await this.referrers.one(id, scopeOf(who));
    return this.files.pad(referrer, padQuery.parse(query), this.renderer.wordsFor(request));
  }

  private async onePage(who: Who, id: string, model: PageModel): Promise<PageResult> {
    const referrer = await this.referrers.one(id, scopeOf(who));
    const [months, regions] = await Promise.all([this.figures.exact(referrer), this.regionNames()]);
    return page('referrers/staff/referrer', {
      ...model,
      base: `${base}/${id}`,
      name: referrer.name,
      kindKey: `referrers:kinds.${referrer.kind}`,
      code: groupedCode(referrer.code),
      link: this.links.scanned(referrer.code),
      figuresPath: this.links.figuresPath(referrer),
      handOverPath: `/r/${referrer.code}/hand-over`,
      address: [...referrer.addressLines, referrer.postcode],
      region: regions.get(referrer.regionId),
      contact: [referrer.contactName, referrer.contactEmail, referrer.contactPhone].filter(Boolean),
      figuresKey: `referrers:figures-by.${referrer.figuresBy}`,
      endedAt: referrer.endedAt,
      months,
    });
  }

  private async newPage(model: PageModel): Promise<PageResult> {
    const kinds = (await this.kinds.all()).map(({ slug }) => slug);
    return page('referrers/staff/new', { ...model, kinds, regions: await this.regionChoices() });
  }

  private async changePage(referrer: Referrer, model: PageModel = {}): Promise<PageResult> {
    const { addressLines: lines, contactName, contactEmail, contactPhone } = referrer;
    const regions = await this.schemes.regions();
    const shown = {
      name: referrer.name,
      line1: lines[0],
      line2: lines.length > 2 ? lines[1] : '',
      town: lines.at(-1),
      postcode: referrer.postcode,
      region: regions.find(({ id }) => id === referrer.regionId)?.slug,
      contactName,
      contactEmail,
      contactPhone,
      figuresBy: referrer.figuresBy,
    };
    return page('referrers/staff/change', {
      form: shown,
      ...model,
      name: referrer.name,
      back: `${base}/${referrer.id}`,
      regions: await this.regionChoices(),
    });
  }

  private async regionChoices() {
    return (await this.schemes.regions()).map(({ slug, name }) => ({ value: slug, text: name }));
  }

  private async regionNames(): Promise<Map<string, string>> {
    return new Map((await this.schemes.regions()).map(({ id, name }) => [id, name]));
  }
}

import { For, Who } from '@carers/access';
import { groupedCode, line } from '@carers/kernel';
import {
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
import { LeafletFiles, paperOf } from './leaflet-files.js';
import { Leaflets } from './leaflets.js';

const leafletForm = z.object({
  label: line({ max: 80, missing: 'recruiting:errors.label-missing' }),
  region: z.string().max(100).optional(),
});

/** Leaflets of the scheme's own, each with a code for where it lies. */
@For('registrar', 'administrator')
@ApiExcludeController()
@Controller('staff/recruiting/leaflets')
export class StaffLeafletsPages {
  constructor(
    private readonly leaflets: Leaflets,
    private readonly files: LeafletFiles,
    private readonly schemes: SchemeService,
    private readonly renderer: PageRenderer,
  ) {}

  @Get()
  async list(): Promise<PageResult> {
    return this.listPage({ form: {} });
  }

  @Post()
  async make(@Who() who: Who, @Body() body: unknown): Promise<PageResult | RedirectResult> {
    const read = await readForm(leafletForm, body);
    if (read.errors) return this.listPage(read);
    const region = (await this.schemes.regions()).find(({ slug }) => slug === read.value.region);
    await this.leaflets.makeForStaff(read.value.label, region?.id ?? null, who.actor());
    return redirect('/staff/recruiting/leaflets', 303, { notice: 'recruiting:leaflets.made' });
  }

  @Get(':id/leaflet.pdf')
  async pdf(
    @Req() request: FastifyRequest,
    @Param('id') id: string,
    @Query('paper') paper: unknown,
  ): Promise<StreamableFile> {
    return this.files.fetch(await this.leaflets.staffLeaflet(id), paperOf(paper), this.renderer.wordsFor(request));
  }

  private async listPage(model: PageModel): Promise<PageResult> {
    const regions = await this.schemes.regions();
    const names = new Map(regions.map(({ id, name }) => [id, name]));
    const leaflets = await this.leaflets.ofStaff();
    return page('recruiting/staff/leaflets', {
      ...model,
      regions: regions.map(({ slug, name }) => ({ value: slug, text: name })),
      leaflets: leaflets.map(({ id, code, label, regionId, downloads, madeAt }) => ({
        href: `/staff/recruiting/leaflets/${id}/leaflet.pdf`,
        code: groupedCode(code),
        label,
        region: names.get(regionId ?? '') ?? null,
        downloads,
        madeAt,
      })),
    });
  }
}

import { SignedIn, Who } from '@carers/access';
import { groupedCode } from '@carers/kernel';
import { page, PageRenderer, type PageResult, readForm, redirect, type RedirectResult, ticked } from '@carers/pages';
import { Body, Controller, Get, Post, Query, Req, type StreamableFile } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Suggestions } from '../leads/suggestions.js';
import { LeafletFiles, paperOf } from './leaflet-files.js';
import { LeafletLinks } from './leaflet-links.js';
import { Leaflets } from './leaflets.js';

const thanksForm = z.object({ thanks: ticked() });

/** A carer's own leaflet, and what came of it. */
@SignedIn()
@ApiExcludeController()
@Controller('account/bring-a-business')
export class AccountLeafletPages {
  constructor(
    private readonly leaflets: Leaflets,
    private readonly files: LeafletFiles,
    private readonly links: LeafletLinks,
    private readonly suggestions: Suggestions,
    private readonly renderer: PageRenderer,
  ) {}

  @Get()
  async show(@Who() who: Who): Promise<PageResult> {
    const holder = await this.leaflets.holderOf(who.accountId);
    const leaflet = await this.leaflets.ofCardholder(holder);
    return page('recruiting/account/leaflet', {
      code: groupedCode(leaflet.code),
      link: this.links.scanned(leaflet.code),
      form: { thanks: leaflet.thanksWanted ? ['yes'] : [] },
      places: await this.leaflets.broughtBy(holder.id),
      suggested: await this.suggestions.ofCardholder(holder.id),
    });
  }

  @Post()
  async thanks(@Who() who: Who, @Body() body: unknown): Promise<RedirectResult> {
    const holder = await this.leaflets.holderOf(who.accountId);
    await this.leaflets.ofCardholder(holder);
    const { value } = await readForm(thanksForm, body);
    const wanted = value?.thanks ?? false;
    await this.leaflets.wantThanks(holder.id, wanted, who.actor('carer'));
    const notice = `recruiting:account.thanks-${wanted ? 'on' : 'off'}`;
    return redirect('/account/bring-a-business', 303, { notice });
  }

  @Get('leaflet.pdf')
  async pdf(@Req() request: FastifyRequest, @Who() who: Who, @Query('paper') paper: unknown): Promise<StreamableFile> {
    const leaflet = await this.leaflets.ofCardholder(await this.leaflets.holderOf(who.accountId));
    return this.files.fetch(leaflet, paperOf(paper), this.renderer.wordsFor(request));
  }
}

import { For, Who } from '@carers/access';
import { page, PageRenderer, type PageModel, type PageResult, readForm } from '@carers/pages';
import { Body, Controller, Get, Param, Post, Req, StreamableFile } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { LeadFiles } from '../leads/lead-files.js';
import { letterForm } from '../leads/leads.forms.js';
import { Letters } from './letters.js';

/** A letter to the business of a lead: to whom it goes, then the file to print. The address is kept nowhere. */
@For('registrar', 'administrator')
@ApiExcludeController()
@Controller('staff/recruiting/:id/letter')
export class LetterPages {
  constructor(
    private readonly letters: Letters,
    private readonly files: LeadFiles,
    private readonly renderer: PageRenderer,
  ) {}

  @Get()
  async ask(@Param('id') id: string): Promise<PageResult> {
    return this.formPage(id, {});
  }

  @Post()
  async make(
    @Req() request: FastifyRequest,
    @Who() who: Who,
    @Param('id') id: string,
    @Body() body: unknown,
  ): Promise<PageResult | StreamableFile> {
    const read = await readForm(letterForm, body);
    if (read.errors) return this.formPage(id, read);
    const file = await this.letters.make(id, read.value, this.renderer.wordsFor(request), who.actor());
    return new StreamableFile(file, { type: 'application/pdf', disposition: 'attachment; filename="letter.pdf"' });
  }

  private async formPage(id: string, model: PageModel): Promise<PageResult> {
    const { lead, subject } = await this.files.open(id);
    const appeal = await this.letters.appealFor(id);
    return page('recruiting/staff/letter', {
      ...model,
      form: { name: subject.name, town: subject.town, postcode: lead.postcode, ...model.form },
      id,
      name: subject.name,
      heading: `recruiting:letter.${appeal.key}.heading`,
      count: appeal.count,
    });
  }
}

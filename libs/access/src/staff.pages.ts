import { page, PageRenderer } from '@carers/pages';
import { Controller, Get, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { For, Who } from './access.decorators.js';
import { StaffSections } from './staff-sections.js';

/** Where staff begin: the parts that are theirs, and what waits there. */
@For('registrar', 'vetting_officer', 'carers_service_officer', 'commissioner', 'administrator')
@ApiExcludeController()
@Controller('staff')
export class StaffPages {
  constructor(
    private readonly sections: StaffSections,
    private readonly renderer: PageRenderer,
  ) {}

  @Get()
  async home(@Who() who: Who, @Req() request: FastifyRequest) {
    const words = this.renderer.wordsFor(request);
    const sections = (await this.sections.for(who)).map((section) => {
      const hintKey = `${section.titleKey}-hint`;
      return { ...section, hintKey: words.has(hintKey) ? hintKey : null };
    });
    return page('access/staff', { name: who.name, sections });
  }
}

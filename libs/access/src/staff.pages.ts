import { page } from '@carers/pages';
import { Controller, Get } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { For, Who } from './access.decorators.js';
import { StaffSections } from './staff-sections.js';

/** Where staff begin: the parts that are theirs, and what waits there. */
@For('registrar', 'vetting_officer', 'carers_service_officer', 'commissioner', 'administrator')
@ApiExcludeController()
@Controller('staff')
export class StaffPages {
  constructor(private readonly sections: StaffSections) {}

  @Get()
  async home(@Who() who: Who) {
    return page('access/staff', { name: who.name, sections: await this.sections.for(who) });
  }
}

import { page, type PageResult, Public } from '@carers/pages';
import { Controller, Get } from '@nestjs/common';

/** What joining is and what it costs: the same for everybody. */
@Controller('for-business')
export class LandingPages {
  @Get()
  @Public()
  show(): PageResult {
    return page('businesses/landing', {}, { publicFor: 300 });
  }
}

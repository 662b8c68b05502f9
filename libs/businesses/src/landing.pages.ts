import { page, type PageResult, Public } from '@carers/pages';
import { Controller, Get, Query } from '@nestjs/common';

/** What joining is and what it costs: the same for everybody. */
@Controller('for-business')
export class LandingPages {
  @Get()
  @Public()
  show(@Query('from') from?: unknown): PageResult {
    // Who comes by a leaflet takes its code along to the registration.
    const code = typeof from === 'string' && /^[A-Za-z0-9]{1,20}$/.test(from) ? from.toUpperCase() : null;
    return page('businesses/landing', { code }, { publicFor: 300 });
  }
}

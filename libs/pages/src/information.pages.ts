import { Controller, Get } from '@nestjs/common';
import { page } from './page-result.js';
import { Public } from './public.decorator.js';

const KEPT_FOR = 300;

/** The pages that every public service owes its readers; linked from each footer. */
@Controller()
@Public()
export class InformationPages {
  @Get('accessibility')
  accessibility() {
    return page('pages/accessibility', {}, { publicFor: KEPT_FOR });
  }

  @Get('privacy')
  privacy() {
    return page('pages/privacy', {}, { publicFor: KEPT_FOR });
  }

  @Get('cookies')
  cookies() {
    return page('pages/cookies', {}, { publicFor: KEPT_FOR });
  }

  @Get('contact')
  contact() {
    return page('pages/contact', {}, { publicFor: KEPT_FOR });
  }

  @Get('about-the-data')
  aboutTheData() {
    return page('pages/about-the-data', {}, { publicFor: KEPT_FOR });
  }
}

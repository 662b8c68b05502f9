import { Controller, Get, Param } from '@nestjs/common';
import { page } from './page-result.js';
import { PageNotFound } from './pages.problems.js';
import { Public } from './public.decorator.js';
import { Translations } from './translations.js';

/** What the `type` of a problem (RFC 9457) points to: a page that says what the problem means. */
@Controller('problems')
@Public()
export class ProblemPages {
  constructor(private readonly translations: Translations) {}

  @Get(':slug')
  show(@Param('slug') slug: string) {
    const room = this.translations.roomOfProblem(slug);
    if (!room || slug.endsWith('-help')) throw new PageNotFound();
    return page('pages/problem-type', { key: `${room}:problems.${slug}`, slug }, { publicFor: 3600 });
  }
}

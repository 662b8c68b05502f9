import { Categories } from '@carers/businesses';
import { BrandSource, page, PageRenderer, type PageResult, Public, readForm, type Words } from '@carers/pages';
import { Settings } from '@carers/settings';
import { Controller, Get, Param, Query, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Programmes } from '../programmes/programmes.js';
import { Register } from './register.js';
import { RegisterQuery } from './register-query.js';
import { RegisterReviews } from './register-reviews.js';
import { entryView, lineView } from './register.presenter.js';

/** Seconds for which anybody may keep a page of the register. */
const publicFor = 60;

/** The public register for people. */
@ApiExcludeController()
@Public()
@Controller('register')
export class RegisterPages {
  constructor(
    private readonly register: Register,
    private readonly reviews: RegisterReviews,
    private readonly programmes: Programmes,
    private readonly categories: Categories,
    private readonly brands: BrandSource,
    private readonly settings: Settings,
    private readonly renderer: PageRenderer,
  ) {}

  @Get()
  async list(@Query() query: Record<string, unknown>, @Req() request: FastifyRequest): Promise<PageResult> {
    const words = this.renderer.wordsFor(request);
    const read = await readForm(RegisterQuery, query);
    const { cursor: after, ...asked } = read.value ?? {};
    // A cursor that cannot be read leads to the first page.
    const errors = (read.errors ?? []).filter(({ field }) => field !== 'cursor');
    const { lines, next } = await this.register.page({ ...asked, after });
    const filtered = Object.values(asked).some((value) => value !== undefined);
    const model = {
      form: read.form,
      errors,
      categories: (await this.categories.all()).map(({ slug }) => ({
        value: slug,
        text: words.t(`businesses:categories.${slug}`),
      })),
      programmes: await this.titles(words),
      cards: lines.map((line) => lineView(line, words)),
      filtered,
      later: after !== undefined,
      firstHref: addressOf(asked),
      nextHref: next && addressOf({ ...asked, cursor: next }),
    };
    return page('vetting/register/list', model, errors.length ? { status: 422 } : { publicFor });
  }

  @Get(':slug')
  async one(@Param('slug') slug: string, @Req() request: FastifyRequest): Promise<PageResult> {
    const words = this.renderer.wordsFor(request);
    const entry = await this.register.entry(slug);
    if (!entry) return page('vetting/register/unknown', {}, { status: 404 });
    const { name: scheme } = await this.brands.current();
    const view = entryView(entry, words, this.settings.publicUrl, scheme);
    const reviews = entry.gone ? [] : await this.reviews.of(entry.id);
    // What ended for good is gone (RFC 9110, section 15.5.11); what lapsed may be back tomorrow.
    return page('vetting/register/entry', { ...view, reviews }, entry.gone ? { status: 410 } : { publicFor });
  }

  /** The newest title of each programme. */
  private async titles(words: Words): Promise<{ value: string; text: string }[]> {
    const all = await this.programmes.all();
    const newest = new Map(all.toReversed().map(({ slug, title }) => [slug, title]));
    return [...newest].map(([value, key]) => ({ value, text: words.t(key) }));
  }
}

function addressOf(asked: Record<string, unknown>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(asked)) if (typeof value === 'string') query.set(name, value);
  const text = query.toString();
  return text ? `/register?${text}` : '/register';
}

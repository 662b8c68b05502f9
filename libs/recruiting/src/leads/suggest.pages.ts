import { Limits, MaybeWho, Public, type Who } from '@carers/access';
import { Categories } from '@carers/businesses';
import { Ids, isUuid } from '@carers/kernel';
import {
  errorsOf,
  page,
  type PageModel,
  type PageResult,
  readForm,
  redirect,
  type RedirectResult,
} from '@carers/pages';
import { Body, Controller, Get, Post, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Leaflets } from '../leaflets/leaflets.js';
import { formIdOf, type SuggestionForm, suggestionForm } from './leads.forms.js';
import { Suggestions, type Suggester } from './suggestions.js';
import { WhereSaid, type Whereabouts } from './where.js';

/** Anybody names a business that should join; no account is needed. */
@Public()
@ApiExcludeController()
@Controller('suggest-a-business')
export class SuggestPages {
  constructor(
    private readonly suggestions: Suggestions,
    private readonly where: WhereSaid,
    private readonly categories: Categories,
    private readonly holders: Leaflets,
    private readonly limits: Limits,
    private readonly ids: Ids,
  ) {}

  @Get()
  async ask(): Promise<PageResult> {
    return this.formPage({ form: {} });
  }

  @Post()
  async send(
    @Req() request: FastifyRequest,
    @MaybeWho() who: Who | null,
    @Body() body: unknown,
  ): Promise<PageResult | RedirectResult> {
    const read = await readForm(suggestionForm, body);
    if (read.errors) return this.formPage(read);
    let where: Whereabouts;
    try {
      where = await this.where.read(read.value.where);
    } catch (problem) {
      const errors = errorsOf(problem);
      if (!errors) throw problem;
      return this.formPage({ form: read.form, errors });
    }
    await this.limits.count('suggestion-address', request.ip);
    // What is in the directory is known to all, so it may be said. Who else asked for it never is.
    const listed = read.value.different ? [] : await this.suggestions.inDirectory(read.value.name, where);
    if (listed.length > 0) return this.formPage({ form: read.form, listed });
    await this.suggestions.keep(await this.suggestion(read.value, where), await this.suggester(who));
    return redirect('/suggest-a-business/done');
  }

  @Get('done')
  async done(@MaybeWho() who: Who | null): Promise<PageResult> {
    const holder = who && (await this.holders.holdersOf(who.accountId))[0];
    return page('recruiting/suggested', { holder: Boolean(holder) });
  }

  private async suggestion({ form, name, category, why, askFor }: SuggestionForm, where: Whereabouts) {
    const categoryId = (category && (await this.categories.bySlug(category))?.id) || null;
    return { id: form && isUuid(form) ? form : this.ids.next(), name, where, categoryId, why, askFor };
  }

  private async suggester(who: Who | null): Promise<Suggester> {
    const cardholder = who && (await this.holders.holdersOf(who.accountId))[0];
    return cardholder ? { kind: 'cardholder', cardholder } : { kind: 'public' };
  }

  private async formPage(model: PageModel): Promise<PageResult> {
    const categories = (await this.categories.all()).map(({ slug }) => slug);
    return page('recruiting/suggest', {
      ...model,
      categories,
      formId: formIdOf(model.form, () => this.ids.next()),
    });
  }
}

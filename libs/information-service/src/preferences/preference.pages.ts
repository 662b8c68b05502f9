import { Public } from '@carers/access';
import { Database } from '@carers/database';
import { Clock } from '@carers/kernel';
import {
  errorsOf,
  page,
  type PageModel,
  type PageResult,
  readForm,
  redirect,
  type RedirectResult,
} from '@carers/pages';
import { SchemeService } from '@carers/places';
import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { InformationService } from '../information-service.js';
import { PreferenceLinkNotUsable } from '../information-service.problems.js';
import { answersOf, preferenceForm, preferencesOf } from './preference.form.js';
import { PreferenceLinks } from './preference-links.js';
import { chosen, pausedUntil, preferenceFields, preferenceValues, serviceView } from './preference.presenter.js';
import type { Subscriber } from '../subscriber.entity.js';
import { SubscriberFiles } from '../list/subscriber-files.js';

/** What somebody gets, and by what: their own page, opened by the link in every message. The card is not touched. */
@Controller('preferences/:token')
@Public()
export class PreferencePages {
  constructor(
    private readonly links: PreferenceLinks,
    private readonly files: SubscriberFiles,
    private readonly service: InformationService,
    private readonly schemes: SchemeService,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  @Get()
  async show(@Param('token') token: string): Promise<PageResult> {
    return this.form(token, await this.opened(token));
  }

  @Post()
  async save(@Param('token') token: string, @Body() body: unknown): Promise<PageResult | RedirectResult> {
    const subscriber = await this.opened(token);
    const read = await readForm(preferenceForm, body);
    if (read.errors) return this.form(token, subscriber, read);
    const { locales } = await this.schemes.current();
    const actor = { kind: 'link', id: subscriber.id } as const;
    try {
      await this.database.transaction(async (tx) => {
        await this.service.prefer(
          tx,
          subscriber.id,
          preferencesOf(read.value, this.clock.today(), locales),
          'link',
          actor,
        );
        await this.service.change(tx, subscriber.id, answersOf(read.value), 'link', actor);
      });
    } catch (problem) {
      const errors = errorsOf(problem);
      if (!errors) throw problem;
      return this.form(token, subscriber, { form: read.form, errors });
    }
    return redirect(`/preferences/${token}/saved`);
  }

  /** Off the list with one press: as easy as getting on it. */
  @Post('leave')
  async leave(@Param('token') token: string): Promise<RedirectResult> {
    const { id } = await this.opened(token);
    await this.database.transaction((tx) => this.service.leave(tx, id, 'link', { kind: 'link', id }));
    return redirect(`/preferences/${token}/saved`);
  }

  @Get('saved')
  async saved(@Param('token') token: string): Promise<PageResult> {
    const file = await this.files.of(await this.opened(token));
    return page('information-service/saved', {
      token,
      service: serviceView(file.service),
      chosen: chosen(file),
      left: file.subscriber.leftAt !== null,
      paused: pausedUntil(file, this.clock.today()),
    });
  }

  private async form(token: string, subscriber: Subscriber, typed: PageModel = {}): Promise<PageResult> {
    const [file, { locales }] = await Promise.all([this.files.of(subscriber), this.schemes.current()]);
    const today = this.clock.today();
    return page('information-service/preferences', {
      token,
      firstName: file.cardholder.firstName,
      fields: preferenceFields(file, this.service.wording(subscriber.locale), today, locales),
      form: preferenceValues(file, pausedUntil(file, today)),
      ...typed,
    });
  }

  private async opened(token: string): Promise<Subscriber> {
    const subscriber = await this.links.open(token);
    if (!subscriber) throw new PreferenceLinkNotUsable();
    return subscriber;
  }
}

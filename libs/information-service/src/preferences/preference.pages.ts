import { Limits, Public } from '@carers/access';
import { Database } from '@carers/database';
import { Clock } from '@carers/kernel';
import { errorsOf, page, type PageModel, PageRenderer, type PageResult, readForm, redirect } from '@carers/pages';
import type { RedirectResult } from '@carers/pages';
import { SchemeService } from '@carers/places';
import { Body, Controller, Get, Param, Post, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Ages } from '../children/young-rules.js';
import { InformationService } from '../information-service.js';
import { PreferenceLinkNotUsable } from '../information-service.problems.js';
import { SubscriberFiles } from '../list/subscriber-files.js';
import { Subscriber } from '../subscriber.entity.js';
import { BeforeMoving } from './before-moving.js';
import { ContactChanges } from './contact-changes.js';
import { preferenceForm } from './preference.form.js';
import { type Opened, PreferenceLinks } from './preference-links.js';
import { PreferenceCentre } from './preference-centre.js';
import {
  chosen,
  formAgain,
  pausedUntil,
  preferenceFields,
  preferenceValues,
  serviceView,
  shownAgain,
} from './preference.presenter.js';

/** What somebody gets, and by what: their own page, opened by the link in every message. The card is not touched. */
@Controller('preferences/:token')
@Public()
@ApiExcludeController()
export class PreferencePages {
  constructor(
    private readonly links: PreferenceLinks,
    private readonly files: SubscriberFiles,
    private readonly service: InformationService,
    private readonly centre: PreferenceCentre,
    private readonly contacts: ContactChanges,
    private readonly before: BeforeMoving,
    private readonly ages: Ages,
    private readonly limits: Limits,
    private readonly renderer: PageRenderer,
    private readonly schemes: SchemeService,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  @Get()
  async show(@Param('token') token: string, @Req() request: FastifyRequest): Promise<PageResult> {
    return this.form(token, await this.opened(token, request), request);
  }

  @Post()
  async save(
    @Param('token') token: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
  ): Promise<PageResult | RedirectResult> {
    const opened = await this.opened(token, request);
    const { subscriber, how } = opened;
    const { value, errors, form } = await readForm(preferenceForm, body);
    if (errors) return this.form(token, opened, request, shownAgain({ errors, form }));
    if (value.newEmail || value.newMobile) await this.limits.count('preference-contact', subscriber.id);
    try {
      const said = { how, actor: { kind: 'link', id: subscriber.id } } as const;
      const { newer } = await this.centre.save(subscriber.id, value, said);
      const notice = newer.length > 0 ? { notice: 'information-service:preferences.kept-newer' } : {};
      return redirect(`/preferences/${token}/saved`, 303, notice);
    } catch (problem) {
      const found = errorsOf(problem);
      if (!found) throw problem;
      return this.form(token, opened, request, await this.again(opened, form, problem, found));
    }
  }

  /** Off the list with one press: as easy as getting on it. */
  @Post('leave')
  async leave(@Param('token') token: string, @Req() request: FastifyRequest): Promise<RedirectResult> {
    const { subscriber, how } = await this.opened(token, request);
    const actor = { kind: 'link', id: subscriber.id } as const;
    await this.database.transaction((tx) => this.service.leave(tx, subscriber.id, how, actor));
    return redirect(`/preferences/${token}/saved`);
  }

  /** Whoever moved: yes to the new service for what the one before was allowed, with one press. */
  @Post('same')
  async same(@Param('token') token: string, @Req() request: FastifyRequest): Promise<RedirectResult> {
    const { subscriber, how } = await this.opened(token, request);
    const wording = this.service.wording(this.renderer.wordsFor(request).locale);
    const given = await this.before.of(subscriber);
    const actor = { kind: 'link', id: subscriber.id } as const;
    await this.database.transaction((tx) =>
      this.service.change(tx, subscriber.id, given, how, actor, { wordingVersion: wording.version }),
    );
    return redirect(`/preferences/${token}/saved`);
  }

  @Get('saved')
  async saved(@Param('token') token: string, @Req() request: FastifyRequest): Promise<PageResult> {
    const { subscriber } = await this.opened(token, request);
    const [file, waiting] = await Promise.all([this.files.of(subscriber), this.contacts.waiting(subscriber.id)]);
    return page('information-service/saved', {
      token,
      service: serviceView(file.service),
      chosen: chosen(file),
      left: subscriber.leftAt !== null,
      paused: pausedUntil(file, this.clock.today()),
      waiting: waiting.map((channel) => `information-service:waiting.${channel}`),
    });
  }

  /** The form as it comes back: who changed things elsewhere sees what is so now, and their own answers where these differ. */
  private async again(
    { subscriber }: Opened,
    form: PageModel,
    problem: unknown,
    errors: NonNullable<ReturnType<typeof errorsOf>>,
  ): Promise<PageModel> {
    const fresh = await this.database.reader.findOneByOrFail(Subscriber, { id: subscriber.id });
    return formAgain(await this.files.of(fresh), form, problem, errors, this.clock.today());
  }

  private async form(
    token: string,
    { subscriber }: Opened,
    request: FastifyRequest,
    typed: PageModel = {},
  ): Promise<PageResult> {
    const [file, { locales }] = await Promise.all([this.files.of(subscriber), this.schemes.current()]);
    const today = this.clock.today();
    const wording = this.service.wording(this.renderer.wordsFor(request).locale);
    return page('information-service/preferences', {
      token,
      firstName: file.cardholder.firstName,
      before: chosen({ subscriptions: await this.before.asRows(subscriber) }),
      fields: preferenceFields(
        file,
        wording,
        today,
        locales,
        typed,
        await this.ages.rulesFor(file.cardholder.birthDate),
      ),
      form: preferenceValues(file, pausedUntil(file, today)),
      ...typed,
    });
  }

  /** In the language that they chose: what they read is what is kept as read. */
  private async opened(token: string, request: FastifyRequest): Promise<Opened> {
    const opened = await this.links.opened(token);
    if (!opened) throw new PreferenceLinkNotUsable();
    request.locale = opened.subscriber.locale;
    return opened;
  }
}

import { Accounts, For, staffRoles, Who } from '@carers/access';
import { Audit } from '@carers/audit';
import { Database } from '@carers/database';
import { Clock, optionalLine } from '@carers/kernel';
import {
  choice,
  errorsOf,
  page,
  type PageModel,
  PageRenderer,
  type PageResult,
  readForm,
  redirect,
} from '@carers/pages';
import type { RedirectResult } from '@carers/pages';
import { SchemeService } from '@carers/places';
import { Body, Controller, Get, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { SubscriberHolds } from './holds/subscriber-holds.js';
import { Ages } from './children/young-rules.js';
import { capacities } from './children/consent-decider.entity.js';
import { InformationService } from './information-service.js';
import { scopeOf } from './officer-scope.js';
import { checkTogether, preferenceFields as formFields } from './preferences/preference.form.js';
import { PreferenceCentre } from './preferences/preference-centre.js';
import {
  chosen,
  formAgain,
  pausedUntil,
  preferenceFields,
  preferenceValues,
  serviceView,
  shownAgain,
} from './preferences/preference.presenter.js';
import { Subscriber } from './subscriber.entity.js';
import { SubscriberFiles } from './list/subscriber-files.js';
import { historyView } from './subscriber.presenter.js';
import { Subscribers } from './list/subscribers.js';

/** What staff write down for somebody came on the phone or on paper. */
const toldBy = ['phone', 'paper'] as const;
const onBehalfForm = formFields
  .extend({
    how: choice(toldBy, 'information-service:staff.how-missing'),
    deciderName: optionalLine({ max: 120 }),
    deciderCapacity: z.enum(capacities).optional().catch(undefined),
  })
  .superRefine(checkTogether);

/** One person of the list, for an officer of their carers service. Opening it is written down. */
@Controller('staff/subscribers/:id')
@For('carers_service_officer', 'administrator')
export class SubscriberPages {
  constructor(
    private readonly subscribers: Subscribers,
    private readonly files: SubscriberFiles,
    private readonly service: InformationService,
    private readonly holds: SubscriberHolds,
    private readonly centre: PreferenceCentre,
    private readonly ages: Ages,
    private readonly renderer: PageRenderer,
    private readonly schemes: SchemeService,
    private readonly accounts: Accounts,
    private readonly audit: Audit,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  @Get()
  async show(@Who() who: Who, @Param('id') id: string, @Req() request: FastifyRequest): Promise<PageResult> {
    const subscriber = await this.subscribers.one(id, scopeOf(who));
    await this.audit.note({
      action: 'subscriber.viewed',
      subject: { kind: 'subscriber', id: subscriber.id },
      actor: who.actor(),
    });
    return this.file(subscriber, request);
  }

  /** What somebody said on the phone or wrote, on the same record as their own page. */
  @Post()
  async save(
    @Who() who: Who,
    @Param('id') id: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
  ): Promise<PageResult | RedirectResult> {
    const subscriber = await this.subscribers.one(id, scopeOf(who));
    const { value, errors, form } = await readForm(onBehalfForm, body);
    if (errors) return this.file(subscriber, request, shownAgain({ errors, form }));
    const { deciderName, deciderCapacity } = value;
    try {
      const { newer } = await this.centre.save(subscriber.id, value, {
        how: value.how,
        actor: who.actor(),
        ...(deciderName && deciderCapacity && { decidedBy: { name: deciderName, capacity: deciderCapacity } }),
      });
      const notice =
        newer.length > 0 ? 'information-service:preferences.kept-newer' : 'information-service:staff.saved';
      return redirect(`/staff/subscribers/${id}`, 303, { notice });
    } catch (problem) {
      const found = errorsOf(problem);
      if (!found) throw problem;
      const fresh = await this.database.reader.findOneByOrFail(Subscriber, { id });
      const again = formAgain(await this.files.of(fresh), form, problem, found, this.clock.today());
      return this.file(fresh, request, again);
    }
  }

  @Post('leave')
  async leave(@Who() who: Who, @Param('id') id: string): Promise<RedirectResult> {
    const subscriber = await this.subscribers.one(id, scopeOf(who));
    await this.database.transaction((tx) => this.service.leave(tx, subscriber.id, 'phone', who.actor()));
    return redirect(`/staff/subscribers/${id}`, 303, { notice: 'information-service:staff.off-the-list' });
  }

  private async file(subscriber: Subscriber, request: FastifyRequest, typed: PageModel = {}): Promise<PageResult> {
    const [file, holds, history, { locales }, staff] = await Promise.all([
      this.files.of(subscriber),
      this.holds.of(this.database.reader, subscriber.id),
      this.files.historyOf(subscriber),
      this.schemes.current(),
      this.accounts.cards(staffRoles),
    ]);
    const today = this.clock.today();
    const paused = pausedUntil(file, today);
    return page('information-service/staff/subscriber', {
      id: subscriber.id,
      name: `${file.cardholder.firstName} ${file.cardholder.lastName}`,
      service: serviceView(file.service),
      region: file.regionName,
      registeredAt: subscriber.registeredAt,
      leftAt: subscriber.leftAt,
      holds: holds.map(({ reason }) => `information-service:situation.hold.${reason}`),
      sourceKey: `information-service:sources.${subscriber.sourceKind}`,
      sourceCode: subscriber.sourceCode,
      formatKey: `information-service:formats.${subscriber.format}`,
      chosen: chosen(file),
      paused,
      fields: preferenceFields(
        file,
        this.service.wording(this.renderer.wordsFor(request).locale),
        today,
        locales,
        typed,
        await this.ages.rulesFor(file.cardholder.birthDate),
      ),
      toldBy: [...toldBy],
      capacities: [...capacities],
      history: historyView(history, staff),
      form: preferenceValues(file, paused),
      ...typed,
    });
  }
}

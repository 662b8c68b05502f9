import { Accounts, For, staffRoles, Who } from '@carers/access';
import { Audit } from '@carers/audit';
import { Database } from '@carers/database';
import { Clock } from '@carers/kernel';
import { choice, page, type PageModel, type PageResult, readForm, redirect, type RedirectResult } from '@carers/pages';
import { SchemeService } from '@carers/places';
import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { InformationService } from './information-service.js';
import { scopeOf } from './officer-scope.js';
import { answersOf, preferenceForm, preferencesOf } from './preferences/preference.form.js';
import { chosen, pausedUntil, preferenceFields, preferenceValues, serviceView } from './preferences/preference.presenter.js';
import type { Subscriber } from './subscriber.entity.js';
import { SubscriberFiles } from './list/subscriber-files.js';
import { historyView } from './subscriber.presenter.js';
import { Subscribers } from './list/subscribers.js';

/** What staff write down for somebody came on the phone or on paper. */
const toldBy = ['phone', 'paper'] as const;
const onBehalfForm = preferenceForm.extend({ how: choice(toldBy, 'information-service:staff.how-missing') });

/** One person of the list, for an officer of their carers service. Opening it is written down. */
@Controller('staff/subscribers/:id')
@For('carers_service_officer', 'administrator')
export class SubscriberPages {
  constructor(
    private readonly subscribers: Subscribers,
    private readonly files: SubscriberFiles,
    private readonly service: InformationService,
    private readonly schemes: SchemeService,
    private readonly accounts: Accounts,
    private readonly audit: Audit,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  @Get()
  async show(@Who() who: Who, @Param('id') id: string): Promise<PageResult> {
    const subscriber = await this.subscribers.one(id, scopeOf(who));
    await this.audit.note({
      action: 'subscriber.viewed',
      subject: { kind: 'subscriber', id: subscriber.id },
      actor: who.actor(),
    });
    return this.file(subscriber);
  }

  /** What somebody said on the phone or wrote, on the same record as their own page. */
  @Post()
  async save(@Who() who: Who, @Param('id') id: string, @Body() body: unknown): Promise<PageResult | RedirectResult> {
    const subscriber = await this.subscribers.one(id, scopeOf(who));
    const read = await readForm(onBehalfForm, body);
    if (read.errors) return this.file(subscriber, read);
    const { how } = read.value;
    const { locales } = await this.schemes.current();
    await this.database.transaction(async (tx) => {
      const wanted = preferencesOf(read.value, this.clock.today(), locales);
      await this.service.prefer(tx, subscriber.id, wanted, how, who.actor());
      await this.service.change(tx, subscriber.id, answersOf(read.value), how, who.actor());
    });
    return redirect(`/staff/subscribers/${id}`, 303, { notice: 'information-service:staff.saved' });
  }

  @Post('leave')
  async leave(@Who() who: Who, @Param('id') id: string): Promise<RedirectResult> {
    const subscriber = await this.subscribers.one(id, scopeOf(who));
    await this.database.transaction((tx) => this.service.leave(tx, subscriber.id, 'phone', who.actor()));
    return redirect(`/staff/subscribers/${id}`, 303, { notice: 'information-service:staff.off-the-list' });
  }

  private async file(subscriber: Subscriber, typed: PageModel = {}): Promise<PageResult> {
    const [file, history, { locales }, staff] = await Promise.all([
      this.files.of(subscriber),
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
      sourceKey: `information-service:sources.${subscriber.sourceKind}`,
      sourceCode: subscriber.sourceCode,
      formatKey: `information-service:formats.${subscriber.format}`,
      chosen: chosen(file),
      paused,
      fields: preferenceFields(file, this.service.wording(subscriber.locale), today, locales),
      toldBy: [...toldBy],
      history: historyView(history, staff),
      form: preferenceValues(file, paused),
      ...typed,
    });
  }
}

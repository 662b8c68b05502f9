import { Accounts, For, Who } from '@carers/access';
import { languageName } from '@carers/bulletins';
import { page, type PageModel, type PageResult, readForm, redirect, type RedirectResult } from '@carers/pages';
import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Templates } from '../words/templates.js';
import { Versions } from '../words/versions.js';
import { switchForm } from './forms.js';
import { type Opened, Owners } from './owners.js';
import { headOf, titleAsRead } from './presenter.js';

/** One message: when it is sent, its words in each language, and its switch. */
@ApiExcludeController()
@Controller('staff/automatic-messages/:slug')
@For('carers_service_officer', 'administrator')
export class MessagePages {
  constructor(
    private readonly owners: Owners,
    private readonly versions: Versions,
    private readonly templates: Templates,
    private readonly accounts: Accounts,
  ) {}

  @Get()
  async show(@Who() who: Who, @Param('slug') slug: string, @Query('service') service?: unknown): Promise<PageResult> {
    return this.overview(await this.owners.open(who, slug, service));
  }

  @Post('switch')
  async turn(
    @Who() who: Who,
    @Param('slug') slug: string,
    @Body() body: unknown,
    @Query('service') service?: unknown,
  ): Promise<PageResult | RedirectResult> {
    const opened = await this.owners.open(who, slug, service);
    const read = await readForm(switchForm, body);
    if (read.errors) return this.overview(opened, read);
    const { turn, reason } = read.value;
    await this.templates.turn(opened.message, opened.owner, turn === 'on', reason, who.actor());
    const { href, query } = headOf(opened);
    return redirect(href + query, 303, { notice: `automatic-messages:switch.turned-${turn}` });
  }

  private async overview(opened: Opened, typed: PageModel = {}): Promise<PageResult> {
    const { message, owner } = opened;
    const head = headOf(opened);
    const [locales, newest, switches, isOn, forAll] = await Promise.all([
      this.owners.locales(),
      this.versions.newest(message.key, owner),
      this.versions.switches(message.key, owner),
      this.versions.isOn(message.key, owner),
      this.versions.isOn(message.key, null),
    ]);
    const names = await this.namesOf(switches.map(({ setBy }) => setBy));
    return page('automatic-messages/staff/message', {
      ...head,
      isOn,
      offForAll: owner !== null && !forAll,
      languages: locales.map((locale) => {
        const version = newest.find((each) => each.locale === locale);
        return {
          language: languageName(locale),
          href: `${head.href}/words/${locale}`,
          revision: version?.revision ?? 0,
          written: typeof version?.markdown === 'string',
          title: version?.title ? titleAsRead(version.title) : null,
          at: version?.savedAt ?? null,
        };
      }),
      switches: switches.map((each) => ({
        isOn: each.isOn,
        reason: each.reason,
        at: each.setAt,
        by: names.get(each.setBy),
      })),
      turns: [isOn ? 'off' : 'on'],
      ...typed,
      form: { turn: isOn ? 'off' : 'on', ...typed.form },
    });
  }

  private async namesOf(ids: readonly string[]): Promise<Map<string, string>> {
    const found = [...new Set(ids)].map(async (id) => [id, (await this.accounts.contactOf(id)).name ?? ''] as const);
    return new Map(await Promise.all(found));
  }
}

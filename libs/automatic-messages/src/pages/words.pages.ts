import { Accounts, For, Who } from '@carers/access';
import { languageName, remarkView } from '@carers/bulletins';
import { CompositionFaults } from '@carers/composer';
import { Clock } from '@carers/kernel';
import { page, type PageModel, type PageResult, readForm, redirect, type RedirectResult } from '@carers/pages';
import { Settings } from '@carers/settings';
import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { AutomaticMessageFixed } from '../automatic-messages.problems.js';
import { checked } from '../words/composing.js';
import { SampleCopies } from '../words/sample-copies.js';
import { Templates, type Which } from '../words/templates.js';
import { Versions } from '../words/versions.js';
import { restoreForm, wordsForm } from './forms.js';
import { type Opened, Owners } from './owners.js';
import { fieldViews, headOf, versionView } from './presenter.js';

/** The page on which the words of a message are written, and that of its earlier versions. */
@ApiExcludeController()
@Controller('staff/automatic-messages/:slug/words/:locale')
@For('carers_service_officer', 'administrator')
export class WordsPages {
  constructor(
    private readonly owners: Owners,
    private readonly versions: Versions,
    private readonly templates: Templates,
    private readonly copies: SampleCopies,
    private readonly accounts: Accounts,
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {}

  @Get()
  async show(
    @Who() who: Who,
    @Param('slug') slug: string,
    @Param('locale') locale: string,
    @Query('service') service?: unknown,
  ): Promise<PageResult> {
    const { opened, which } = await this.open(who, slug, locale, service);
    return this.editor(opened, which);
  }

  /** Saves what can be sent. What cannot is shown again as it was typed, with what to put right. */
  @Post()
  async save(
    @Who() who: Who,
    @Param('slug') slug: string,
    @Param('locale') locale: string,
    @Body() body: unknown,
    @Query('service') service?: unknown,
  ): Promise<PageResult | RedirectResult> {
    const { opened, which } = await this.open(who, slug, locale, service);
    const read = await readForm(wordsForm, body);
    if (read.errors) return this.editor(opened, which, read);
    const { title, markdown = '', shortText = null, revision, action } = read.value;
    const text = { title, markdown: markdown ?? '', shortText };
    if (action === 'check') return this.editor(opened, which, { form: read.form }, true);
    try {
      if (await this.templates.save(which, text, revision, who.actor())) {
        const { href, query } = headOf(opened);
        return redirect(`${href}/preview${query}${query ? '&' : '?'}locale=${locale}`, 303, {
          notice: 'automatic-messages:editor.saved',
        });
      }
    } catch (problem) {
      if (!(problem instanceof CompositionFaults)) throw problem;
      const errors = problem.faults.map(({ key, params }) => ({ field: 'markdown', message: key, params }));
      return this.editor(opened, which, { form: read.form, errors });
    }
    return this.clash(opened, which, read.form);
  }

  @Get('history')
  async history(
    @Who() who: Who,
    @Param('slug') slug: string,
    @Param('locale') locale: string,
    @Query('service') service?: unknown,
  ): Promise<PageResult> {
    const { opened, which } = await this.open(who, slug, locale, service);
    const { message, owner } = which;
    const versions = await this.versions.history(message.key, owner, locale);
    const names = await this.namesOf(versions.map(({ savedBy }) => savedBy));
    return page('automatic-messages/staff/history', {
      ...headOf(opened),
      locale,
      language: languageName(locale),
      revision: versions[0]?.revision ?? 0,
      usual: versions[0]?.markdown == null,
      versions: versions.map((version, index) => ({ ...versionView(version, names), current: index === 0 })),
    });
  }

  /** Puts an earlier version in force again, or the usual words. */
  @Post('history')
  async restore(
    @Who() who: Who,
    @Param('slug') slug: string,
    @Param('locale') locale: string,
    @Body() body: unknown,
    @Query('service') service?: unknown,
  ): Promise<RedirectResult> {
    const { opened, which } = await this.open(who, slug, locale, service);
    const { restore, revision } = restoreForm.parse(body);
    const { href, query } = headOf(opened);
    let notice = 'automatic-messages:history.faults';
    try {
      const done =
        restore === 0
          ? await this.templates.reset(which, revision, who.actor())
          : await this.templates.restore(which, restore, revision, who.actor());
      notice = `automatic-messages:history.${done ? 'restored' : 'meanwhile'}`;
    } catch (problem) {
      if (!(problem instanceof CompositionFaults)) throw problem;
    }
    return redirect(`${href}/words/${locale}/history${query}`, 303, { notice });
  }

  private async open(who: Who, slug: string, locale: string, service: unknown) {
    const opened = await this.owners.open(who, slug, service);
    const { message, owner } = opened;
    if (!message.mayEdit) throw new AutomaticMessageFixed();
    const which: Which = { message, owner, locale: await this.owners.language(locale) };
    return { opened, which };
  }

  /** Two wrote at once: both texts, and saving again is a decision. */
  private async clash(opened: Opened, which: Which, form: Record<string, unknown>): Promise<PageResult> {
    const [theirs] = await this.versions.history(which.message.key, which.owner, which.locale);
    const names = await this.namesOf([theirs!.savedBy]);
    return this.editor(opened, which, {
      form: { ...form, revision: theirs!.revision },
      theirs: versionView(theirs!, names),
      errors: [{ field: 'markdown', message: 'automatic-messages:errors.written-meanwhile' }],
    });
  }

  private async editor(opened: Opened, which: Which, typed: PageModel = {}, look = false): Promise<PageResult> {
    const { message, owner, locale } = which;
    const [standing, [newest]] = await Promise.all([
      this.copies.standing(message, owner, locale),
      this.versions.history(message.key, owner, locale),
    ]);
    const { title, markdown, shortText } = standing;
    const form = { title, markdown, shortText, revision: newest?.revision ?? 0, ...typed.form };
    const text = {
      title: said(form.title),
      markdown: said(form.markdown),
      shortText: said(form.shortText) || null,
      locale,
      savedAt: this.clock.now(),
    };
    const { faults, notices } = checked(message, text, this.settings.publicUrl);
    const ready = look && faults.length === 0;
    const copies = ready
      ? await Promise.all(
          message.channels.map(async (channel) => ({
            channelKey: `automatic-messages:channels.${channel}`,
            ...(await this.copies.of(message, owner, text, 'standard', channel)),
          })),
        )
      : null;
    return page('automatic-messages/staff/words', {
      ...headOf(opened),
      locale,
      language: languageName(locale),
      usual: newest?.markdown == null,
      program: standing.versionId === null && message.hasTemplate,
      texts: message.channels.includes('text'),
      faults: faults.map(remarkView),
      notices: notices.map(remarkView),
      fields: fieldViews(message),
      copies,
      ...typed,
      form,
    });
  }

  private async namesOf(ids: readonly string[]): Promise<Map<string, string>> {
    const found = [...new Set(ids)].map(async (id) => [id, (await this.accounts.contactOf(id)).name ?? ''] as const);
    return new Map(await Promise.all(found));
  }
}

function said(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

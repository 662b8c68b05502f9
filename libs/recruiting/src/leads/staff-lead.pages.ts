import { Accounts, For, Who } from '@carers/access';
import { Audit } from '@carers/audit';
import { Categories, Moderation } from '@carers/businesses';
import { line } from '@carers/kernel';
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
import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { z } from 'zod';
import { LeadFiles } from './lead-files.js';
import { businessChoice, fileView } from './lead.presenter.js';
import { LeadWork } from './lead-work.js';
import { assignForm, correctForm, linkForm, mergeForm, stageForm } from './leads.forms.js';
import { WhereSaid } from './where.js';

const noteForm = z.object({ note: line({ max: 1000, missing: 'recruiting:errors.note-missing' }) });

/** One lead: what people said, what staff did, and what is next. */
@For('registrar', 'administrator')
@ApiExcludeController()
@Controller('staff/recruiting/:id')
export class StaffLeadPages {
  constructor(
    private readonly files: LeadFiles,
    private readonly work: LeadWork,
    private readonly where: WhereSaid,
    private readonly accounts: Accounts,
    private readonly moderation: Moderation,
    private readonly categories: Categories,
    private readonly schemes: SchemeService,
    private readonly audit: Audit,
  ) {}

  @Get()
  async show(@Who() who: Who, @Param('id') id: string, @Query('find') find?: unknown): Promise<PageResult> {
    return this.leadPage(who, id, {}, typeof find === 'string' ? find.slice(0, 100).trim() : '');
  }

  @Post('stage')
  async move(@Who() who: Who, @Param('id') id: string, @Body() body: unknown) {
    const read = await readForm(stageForm, body);
    if (read.errors) return this.leadPage(who, id, read);
    await this.work.move(id, read.value.stage, read.value.nextOn, who.actor());
    return this.backTo(id, 'moved');
  }

  @Post('note')
  async note(@Who() who: Who, @Param('id') id: string, @Body() body: unknown) {
    const read = await readForm(noteForm, body);
    if (read.errors) return this.leadPage(who, id, read);
    await this.work.note(id, read.value.note, who.actor());
    return this.backTo(id, 'noted');
  }

  @Post('assign')
  async assign(@Who() who: Who, @Param('id') id: string, @Body() body: unknown) {
    const read = await readForm(assignForm, body);
    const staff = await this.staff();
    const to = read.value?.to ? staff.find(({ value }) => value === read.value.to)?.value : null;
    await this.work.assign(id, to ?? null, who.actor());
    return this.backTo(id, 'assigned');
  }

  @Post('correct')
  async correct(@Who() who: Who, @Param('id') id: string, @Body() body: unknown) {
    const read = await readForm(correctForm, body);
    if (read.errors) return this.leadPage(who, id, read);
    const { name, category } = read.value;
    try {
      const where = await this.where.read(read.value.where);
      const categoryId = (category && (await this.categories.bySlug(category))?.id) || null;
      await this.work.correct(id, { name, where, categoryId }, who.actor());
    } catch (problem) {
      const errors = errorsOf(problem);
      if (!errors) throw problem;
      return this.leadPage(who, id, { form: read.form, errors });
    }
    return this.backTo(id, 'corrected');
  }

  @Post('merge')
  async merge(@Who() who: Who, @Param('id') id: string, @Body() body: unknown) {
    const read = await readForm(mergeForm, body);
    if (read.errors) return this.leadPage(who, id, read);
    await this.work.merge(id, read.value.other, who.actor());
    return this.backTo(read.value.other, 'merged');
  }

  @Post('unmerge')
  async unmerge(@Who() who: Who, @Param('id') id: string) {
    await this.work.unmerge(id, who.actor());
    return this.backTo(id, 'unmerged');
  }

  @Post('link')
  async link(@Who() who: Who, @Param('id') id: string, @Body() body: unknown) {
    const read = await readForm(linkForm, body);
    if (read.errors) return this.leadPage(who, id, read);
    await this.work.link(id, read.value.business, who.actor());
    return this.backTo(id, 'linked');
  }

  @Post('unlink')
  async unlink(@Who() who: Who, @Param('id') id: string) {
    await this.work.unlink(id, who.actor());
    return this.backTo(id, 'unlinked');
  }

  private backTo(id: string, notice: string): RedirectResult {
    return redirect(`/staff/recruiting/${id}`, 303, { notice: `recruiting:lead.done.${notice}` });
  }

  private async leadPage(who: Who, id: string, model: PageModel, find = ''): Promise<PageResult> {
    const file = await this.files.of(id);
    const { lead, subject } = file;
    const [regions, categories, staff, history] = await Promise.all([
      this.schemes.regions(),
      this.categories.all(),
      this.staff(),
      this.audit.historyOf({ kind: 'lead', id }, 50),
    ]);
    const category = categories.find((each) => each.id === subject.categoryId)?.slug ?? null;
    const view = fileView(file, {
      category,
      region: regions.find((each) => each.id === lead.regionId)?.name ?? null,
      assignee: staff.find(({ value }) => value === lead.assigneeId)?.text ?? null,
    });
    const found = find ? (await this.moderation.list({ name: find })).lines.slice(0, 10) : [];
    const businesses = [
      ...view.businesses,
      ...found.map(({ id: value, name, towns }) => businessChoice({ id: value, name, town: towns[0] })),
    ];
    return page('recruiting/staff/lead', {
      ...model,
      form: {
        name: subject.name,
        where: lead.postcode ?? subject.town ?? '',
        category,
        stage: lead.stage,
        to: lead.assigneeId ?? '',
        nextOn: lead.nextOn ?? '',
        find,
        ...model.form,
      },
      lead: view,
      businesses: [...new Map(businesses.map((each) => [each.value, each])).values()],
      staff,
      categories: categories.map(({ slug }) => slug),
      mine: lead.assigneeId === who.accountId,
      history: history.map(({ action, happenedAt }) => ({
        key: `recruiting:history.${action.replace('.', '_')}`,
        happenedAt,
      })),
    });
  }

  /** Who can look after a lead. */
  private async staff(): Promise<{ value: string; text: string }[]> {
    const people = [...(await this.accounts.byRole('registrar')), ...(await this.accounts.byRole('administrator'))];
    return [...new Map(people.map(({ accountId, name }) => [accountId, { value: accountId, text: name }])).values()];
  }
}

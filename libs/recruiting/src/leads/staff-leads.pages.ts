import { For, Who } from '@carers/access';
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
import { SchemeService } from '@carers/places';
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { leadStages } from './lead-stages.js';
import { formIdOf, pipelineQuery, suggestionForm } from './leads.forms.js';
import { lineView } from './lead.presenter.js';
import { Pipeline } from './pipeline.js';
import { Suggestions } from './suggestions.js';
import { WhereSaid } from './where.js';

/** The businesses that people would like to see here, and how far each is. */
@For('registrar', 'administrator')
@ApiExcludeController()
@Controller('staff/recruiting')
export class StaffLeadsPages {
  constructor(
    private readonly pipeline: Pipeline,
    private readonly suggestions: Suggestions,
    private readonly where: WhereSaid,
    private readonly categories: Categories,
    private readonly schemes: SchemeService,
    private readonly ids: Ids,
  ) {}

  @Get()
  async list(@Who() who: Who, @Query() query: Record<string, unknown>): Promise<PageResult> {
    const asked = pipelineQuery.parse(query);
    const [regions, categories, counts] = await Promise.all([
      this.schemes.regions(),
      this.categories.all(),
      this.pipeline.counts(),
    ]);
    const { lines, next } = await this.pipeline.page({
      stage: asked.stage,
      regionId: regions.find(({ slug }) => slug === asked.region)?.id ?? null,
      categoryId: categories.find(({ slug }) => slug === asked.category)?.id ?? null,
      assigneeId: asked.mine ? who.accountId : null,
      due: asked.due === 'yes',
      order: asked.order,
      cursor: asked.cursor ?? null,
    });
    const { cursor, ...kept } = asked;
    const names = new Map(regions.map(({ id, name }) => [id, name]));
    return page('recruiting/staff/leads', {
      form: { ...kept, mine: kept.mine ? ['yes'] : [], due: kept.due ? ['yes'] : [] },
      query: kept,
      filtered: Object.values({ ...kept, stage: kept.stage === 'open' ? '' : kept.stage, order: '' }).some(Boolean),
      paged: cursor !== undefined,
      stages: [
        { value: 'open', key: 'recruiting:stages.open', number: counts.new + counts.contacted + counts.interested },
        ...leadStages.map((stage) => ({ value: stage, key: `recruiting:stages.${stage}`, number: counts[stage] })),
      ],
      regions: regions.map(({ slug, name }) => ({ value: slug, text: name })),
      categories: categories.map(({ slug }) => slug),
      lines: lines.map((line) => lineView(line, names)),
      next,
    });
  }

  @Get('new')
  async ask(@Query('where') where?: unknown, @Query('category') category?: unknown): Promise<PageResult> {
    // From the board of what carers want, with what is wanted where.
    return this.newPage({
      form: {
        where: typeof where === 'string' ? where.slice(0, 60) : '',
        category: typeof category === 'string' ? category : '',
      },
    });
  }

  @Post('new')
  async add(@Who() who: Who, @Body() body: unknown): Promise<PageResult | RedirectResult> {
    const read = await readForm(suggestionForm, body);
    if (read.errors) return this.newPage(read);
    const { form, name, category, why, askFor } = read.value;
    try {
      const where = await this.where.read(read.value.where);
      const categoryId = (category && (await this.categories.bySlug(category))?.id) || null;
      const id = form && isUuid(form) ? form : this.ids.next();
      const by = { kind: 'staff', actor: who.actor() } as const;
      const leadId = await this.suggestions.keep({ id, name, where, categoryId, why, askFor }, by);
      return redirect(`/staff/recruiting/${leadId}`, 303, { notice: 'recruiting:staff.added' });
    } catch (problem) {
      const errors = errorsOf(problem);
      if (!errors) throw problem;
      return this.newPage({ form: read.form, errors });
    }
  }

  private async newPage(model: PageModel): Promise<PageResult> {
    const categories = (await this.categories.all()).map(({ slug }) => slug);
    const formId = formIdOf(model.form, () => this.ids.next());
    return page('recruiting/staff/new', { ...model, categories, formId });
  }
}

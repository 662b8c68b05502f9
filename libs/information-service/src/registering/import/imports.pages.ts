import { For, StaffSections, Who } from '@carers/access';
import { FileNotReadable } from '@carers/businesses';
import { optionalLine, optionalParagraphs } from '@carers/kernel';
import {
  fileOf,
  type FormValues,
  page,
  PageRenderer,
  type PageModel,
  type PageResult,
  readForm,
  redirect,
  type RedirectResult,
  TakesFile,
} from '@carers/pages';
import { SchemeService } from '@carers/places';
import { Body, Controller, Get, type OnModuleInit, Param, Post, Query, Req, StreamableFile } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { scopeOf } from '../../officer-scope.js';
import { servicesFor } from '../service-choices.js';
import { importColumns, type Mapping, missingOf } from './import-columns.js';
import { ImportErrors } from './import-errors.js';
import { importKeptFor } from './import-retention.js';
import { countsView, mappingValues, rowView } from './imports.presenter.js';
import { Imports, mostRows } from './imports.js';
import { ImportNotAList } from './imports.problems.js';
import { rowStates, type SubscriberImport } from './subscriber-import.entity.js';

const key = (rest: string) => `information-service:import.${rest}`;
const base = '/staff/information-service/import';
/** Most bytes of a file sent over the web: some 100,000 rows. Larger ones are read from the shell. */
const mostBytes = 30_000_000;

const column = z
  .string()
  .regex(/^\d{0,3}$/)
  .default('')
  .transform((typed) => (typed === '' ? undefined : Number(typed)));
const mappingForm = z.object({
  map: z.object(Object.fromEntries(importColumns.map((name) => [name, column]))),
  wording: optionalParagraphs({ max: 2000 }),
  kept: optionalLine({ max: 200 }),
});
const decideForm = z.object({ line: z.coerce.number().int(), what: z.string().max(40) });

/** Lists of people from elsewhere, in four steps: the file, its columns, what would happen, and putting it in. */
@Controller('staff/information-service/import')
@For('carers_service_officer', 'administrator')
export class ImportPages implements OnModuleInit {
  constructor(
    private readonly imports: Imports,
    private readonly errors: ImportErrors,
    private readonly schemes: SchemeService,
    private readonly sections: StaffSections,
    private readonly renderer: PageRenderer,
  ) {}

  onModuleInit(): void {
    this.sections.add({ roles: ['carers_service_officer', 'administrator'], href: base, titleKey: key('section') });
  }

  @Get()
  start(@Who() who: Who): Promise<PageResult> {
    return this.startPage(who, {});
  }

  @Post()
  @TakesFile(mostBytes)
  async upload(@Who() who: Who, @Body() body: FormValues): Promise<PageResult | RedirectResult> {
    const services = servicesFor(await this.schemes.current(), scopeOf(who));
    const service = services.length === 1 ? services[0] : services.find(({ id }) => id === body['service']);
    if (!service) return this.startPage(who, { errors: [{ field: 'service', message: key('service-missing') }] });
    const file = fileOf(body, 'file');
    if (!file) return this.startPage(who, { errors: [{ field: 'file', message: key('file-missing') }] });
    try {
      const about = { fileName: file.name, carersServiceId: service.id };
      const list = await this.imports.upload(file.bytes, about, who.actor());
      return redirect(`${base}/${list.id}`);
    } catch (problem) {
      if (!(problem instanceof ImportNotAList || problem instanceof FileNotReadable)) throw problem;
      return this.startPage(who, { errors: [{ field: 'file', message: key('file-wrong') }] });
    }
  }

  @Get(':id')
  async show(@Who() who: Who, @Param('id') id: string, @Query() query: Record<string, unknown>): Promise<PageResult> {
    const list = await this.imports.one(id, scopeOf(who));
    if (list.state === 'uploaded' || query['columns'] !== undefined) return this.mappingPage(list, {});
    return this.resultPage(list, query);
  }

  @Post(':id/columns')
  async map(@Who() who: Who, @Param('id') id: string, @Body() body: unknown): Promise<PageResult | RedirectResult> {
    const list = await this.imports.one(id, scopeOf(who));
    const read = await readForm(mappingForm, body);
    if (read.errors) return this.mappingPage(list, read);
    const { map, wording, kept } = read.value;
    const mapping = Object.fromEntries(
      Object.entries(map).filter(([, at]) => at !== undefined && at < list.headings.length),
    ) as Mapping;
    const missing = missingOf(mapping);
    if (missing.length > 0) {
      const errors = missing.map((name) => ({ field: `map.${name}`, message: key(`missing.${name}`) }));
      return this.mappingPage(list, { form: read.form, errors });
    }
    if (Boolean(wording) !== Boolean(kept)) {
      const field = wording ? 'kept' : 'wording';
      return this.mappingPage(list, { form: read.form, errors: [{ field, message: key(`${field}-missing`) }] });
    }
    await this.imports.check(id, mapping, wording && kept ? { wording, kept } : null, who.actor());
    return redirect(`${base}/${id}`);
  }

  @Post(':id/decide')
  async decide(@Who() who: Who, @Param('id') id: string, @Body() body: unknown): Promise<RedirectResult> {
    const list = await this.imports.one(id, scopeOf(who));
    const read = await readForm(decideForm, body);
    const back = `${base}/${list.id}?rows=doubtful`;
    if (read.errors) return redirect(back, 303, { notice: key('decide-missing') });
    const { line, what } = read.value;
    await this.imports.decide(id, line, what === 'new' || what === 'skip' ? what : { sameAs: what }, who.actor());
    return redirect(back, 303, { notice: key('decided') });
  }

  @Post(':id/commit')
  async commit(@Who() who: Who, @Param('id') id: string): Promise<RedirectResult> {
    await this.imports.one(id, scopeOf(who));
    await this.imports.commit(id, who.actor());
    return redirect(`${base}/${id}`);
  }

  @Post(':id/drop')
  async drop(@Who() who: Who, @Param('id') id: string): Promise<RedirectResult> {
    await this.imports.one(id, scopeOf(who));
    await this.imports.drop(id, who.actor());
    return redirect(base, 303, { notice: key('dropped') });
  }

  /** Rows that stay out, with what to do about each, to be put right and sent again. */
  @Get(':id/errors.csv')
  async errorFile(@Who() who: Who, @Param('id') id: string, @Req() request: FastifyRequest): Promise<StreamableFile> {
    const list = await this.imports.one(id, scopeOf(who));
    const csv = await this.errors.csv(list, this.renderer.wordsFor(request), who.actor());
    return new StreamableFile(csv, {
      type: 'text/csv; charset=utf-8; header=present',
      disposition: `attachment; filename="errors-${list.id.slice(0, 8)}.csv"`,
    });
  }

  private async startPage(who: Who, shown: PageModel): Promise<PageResult> {
    const scope = scopeOf(who);
    const [lists, scheme] = await Promise.all([this.imports.recent(scope), this.schemes.current()]);
    const services = servicesFor(scheme, scope);
    return page('information-service/staff/imports', {
      ...shown,
      services: services.length > 1 ? services.map(({ id, name }) => ({ value: id, text: name })) : null,
      most: mostRows,
      days: importKeptFor,
      lists: lists.map(({ id, fileName, rowCount, createdAt, state }) => ({
        ...{ fileName, rowCount, createdAt },
        href: `${base}/${id}`,
        stateKey: key(`state.${state}`),
      })),
    });
  }

  private async mappingPage(list: SubscriberImport, shown: PageModel): Promise<PageResult> {
    const mapping = await this.imports.mappingOf(list);
    const sample = await this.imports.sample(list.id);
    const options = list.headings.map((heading, at) => {
      const example = sample.map((row) => row[at]?.trim()).find(Boolean) ?? '';
      return { value: String(at), text: [heading, example.slice(0, 30)].filter(Boolean).join(' – ') || String(at + 1) };
    });
    return page('information-service/staff/import-columns', {
      form: { map: mappingValues(mapping), wording: list.consent?.wording, kept: list.consent?.kept },
      ...shown,
      id: list.id,
      fileName: list.fileName,
      rowCount: list.rowCount,
      columns: importColumns.map((name) => ({ field: `map.${name}`, labelKey: key(`column.${name}`) })),
      options,
    });
  }

  private async resultPage(list: SubscriberImport, query: Record<string, unknown>): Promise<PageResult> {
    const counts = await this.imports.counts(list.id);
    const asked = rowStates.find((state) => state === query['rows']);
    const shown = asked ?? (['doubtful', 'bad', 'ready'] as const).find((state) => counts[state] > 0) ?? null;
    const after = Number(query['after'] ?? 0);
    const rows = shown && !list.erasedAt ? await this.imports.rows(list.id, shown, after > 0 ? after : 0) : [];
    return page('information-service/staff/import', {
      id: list.id,
      fileName: list.fileName,
      stateKey: key(`state.${list.state}`),
      busy: list.state === 'checking' || list.state === 'running',
      checked: list.state === 'checked',
      done: list.state === 'done',
      erased: list.erasedAt !== null,
      proof: list.consent !== null,
      counts: countsView(counts, `${base}/${list.id}`, shown),
      mayGoIn: counts.ready + counts.known,
      doubtful: counts.doubtful,
      hasErrors: !list.erasedAt && counts.bad + counts.repeated + counts.skipped + counts.doubtful > 0,
      rowsKey: shown && key(`rows-title.${shown}`),
      rows: rows.map((row) => rowView(row, list)),
      next: rows.length === 25 ? `${base}/${list.id}?rows=${shown}&after=${rows.at(-1)!.line}` : null,
    });
  }
}

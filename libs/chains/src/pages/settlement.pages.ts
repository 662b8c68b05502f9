import { For, Who } from '@carers/access';
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
import { Body, Controller, Get, Injectable, Param, Post, Req, StreamableFile } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { stringify } from 'csv-stringify/sync';
import type { FastifyRequest } from 'fastify';
import { Arrangements } from '../arrangements.js';
import { columns } from '../settlement/columns.js';
import { Settlements } from '../settlement/settlements.js';
import { columnOptions, settlementForm, uploadErrors } from './chains.forms.js';
import { reasonKey, settlementLine, settlementView } from './chains.presenter.js';
import { spooled } from './spool.js';
import { ownerSide, type Side, staffSide } from './whose-business.js';

/** Most bytes of a file sent over the web; larger ones are read from the shell. */
const mostBytes = 20_000_000;

/** Sending settlement files, and what became of them. The same for owners and for staff who help them. */
@Injectable()
abstract class SettlementPages {
  protected abstract readonly side: Side;

  constructor(
    private readonly arrangements: Arrangements,
    private readonly settlements: Settlements,
    private readonly renderer: PageRenderer,
  ) {}

  @Get()
  async list(@Who() who: Who, @Param('business') given: string): Promise<PageResult> {
    return this.formPage(this.side.business(who, given), {});
  }

  @Post()
  @TakesFile(mostBytes)
  async send(@Who() who: Who, @Param('business') given: string, @Body() body: FormValues) {
    return this.take(who, given, body, false);
  }

  @Post('check')
  @TakesFile(mostBytes)
  async check(@Who() who: Who, @Param('business') given: string, @Body() body: FormValues) {
    return this.take(who, given, body, true);
  }

  private async take(who: Who, given: string, body: FormValues, dryRun: boolean): Promise<PageResult | RedirectResult> {
    const id = this.side.business(who, given);
    await this.arrangements.chain(id);
    const file = fileOf(body, 'file');
    const { file: _sent, ...rest } = body;
    const read = await readForm(settlementForm, rest);
    if (read.errors) return this.formPage(id, read);
    const { form } = read;
    if (!file) return this.formPage(id, { form, errors: [{ field: 'file', message: 'chains:errors.file-missing' }] });
    try {
      const options = { ...columnOptions(read.value), dryRun };
      const actor = this.side.actor(who);
      const done = await spooled(file, (bytes) => this.settlements.read(id, file.name, bytes, actor, options));
      return redirect(`${this.side.base(id)}/settlements/${done.id}`);
    } catch (problem) {
      return this.formPage(id, { form, errors: uploadErrors(problem) });
    }
  }

  @Get(':import')
  async show(@Who() who: Who, @Param('business') given: string, @Param('import') importId: string) {
    const business = await this.arrangements.chain(this.side.business(who, given));
    const found = await this.settlements.one(business.id, importId);
    return page('chains/owner/settlement', {
      business: business.name,
      base: this.side.base(business.id),
      id: found.id,
      ...settlementView(found, await this.settlements.unmatched(found)),
    });
  }

  @Get(':import/unmatched.csv')
  async download(
    @Who() who: Who,
    @Param('business') given: string,
    @Param('import') importId: string,
    @Req() request: FastifyRequest,
  ): Promise<StreamableFile> {
    const business = await this.arrangements.chain(this.side.business(who, given));
    const found = await this.settlements.one(business.id, importId);
    const words = this.renderer.wordsFor(request);
    const names = ['line', 'reason', 'code', 'store', 'when', 'amount', 'reference'] as const;
    const rows = (await this.settlements.unmatched(found)).map(({ line, reason, cells }) => ({
      line: String(line),
      reason: words.t(reasonKey(reason)),
      ...cells,
      when: cells.at,
    }));
    const csv = stringify(rows, {
      ...{ bom: true, header: true, record_delimiter: 'windows', escape_formulas: true },
      columns: names.map((key) => ({ key, header: words.t(`chains:columns.${key}`) })),
    });
    return new StreamableFile(Buffer.from(csv), {
      type: 'text/csv; charset=utf-8; header=present',
      disposition: `attachment; filename="unmatched-${found.importedAt.toISOString().slice(0, 10)}.csv"`,
    });
  }

  private async formPage(id: string, model: PageModel): Promise<PageResult> {
    const business = await this.arrangements.chain(id);
    const base = this.side.base(id);
    const files = await this.settlements.ofBusiness(id);
    return page('chains/owner/settlements', {
      ...model,
      business: business.name,
      base,
      columns,
      files: files.map((file) => settlementLine(file, base)),
    });
  }
}

@ApiExcludeController()
@Controller('business/:business/settlements')
@For('business_owner')
export class OwnerSettlementPages extends SettlementPages {
  protected readonly side = ownerSide;

  constructor(arrangements: Arrangements, settlements: Settlements, renderer: PageRenderer) {
    super(arrangements, settlements, renderer);
  }
}

@ApiExcludeController()
@Controller('staff/chains/:business/settlements')
@For('registrar', 'administrator')
export class StaffSettlementPages extends SettlementPages {
  protected readonly side = staffSide;

  constructor(arrangements: Arrangements, settlements: Settlements, renderer: PageRenderer) {
    super(arrangements, settlements, renderer);
  }
}

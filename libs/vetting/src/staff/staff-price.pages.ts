import { For, Who } from '@carers/access';
import { Database } from '@carers/database';
import { Clock } from '@carers/kernel';
import { page, type PageModel, type PageResult, readForm, redirect } from '@carers/pages';
import { formPence } from '@carers/payments';
import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { CaseFees } from '../fees/case-fees.js';
import { CaseHasMovedOn } from '../vetting.problems.js';
import { CaseAccess, officer } from './case-access.js';
import { CaseFileReader } from './case-file.js';
import { waitsForPrice } from './case.view.js';
import { priceForm } from './price.form.js';

/** The price of a case where the list of fees leaves it to staff. */
@For('vetting_officer', 'administrator')
@ApiExcludeController()
@Controller('staff/vetting/:id/price')
export class StaffPricePages {
  constructor(
    private readonly access: CaseAccess,
    private readonly file: CaseFileReader,
    private readonly fees: CaseFees,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  @Get()
  async ask(@Who() who: Who, @Param('id') id: string): Promise<PageResult> {
    const { quoted } = await this.access.open(who, id);
    const form = quoted && { application: formPence(quoted.application), annual: formPence(quoted.annual) };
    return this.pricePage(who, id, { form: form ?? {} });
  }

  @Post()
  async set(@Who() who: Who, @Param('id') id: string, @Body() body: unknown) {
    const actor = officer(who);
    const file = await this.file.read(await this.access.open(who, id));
    if (!waitsForPrice(file, this.clock.today())) throw new CaseHasMovedOn(null, file.case.state);
    const read = await readForm(priceForm, body);
    if (read.errors) return this.pricePage(who, id, read);
    await this.database.transaction((tx) => this.fees.setQuotation(tx, id, read.value, actor));
    return redirect(`/staff/vetting/${id}`, 303, { notice: 'vetting:staff.price.done' });
  }

  private async pricePage(who: Who, id: string, model: PageModel): Promise<PageResult> {
    const file = await this.file.read(await this.access.open(who, id));
    return page('vetting/staff/price', {
      ...model,
      base: `/staff/vetting/${file.case.id}`,
      business: file.business.name,
      textKey: `vetting:staff.price.text-${file.case.state === 'draft' ? 'draft' : 'submitted'}`,
      waits: waitsForPrice(file, this.clock.today()),
      mayDecide: who.hasRole('vetting_officer'),
    });
  }
}

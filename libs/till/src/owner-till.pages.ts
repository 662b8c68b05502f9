import { For, Who } from '@carers/access';
import { Branches, ownedBusiness } from '@carers/businesses';
import { Clock, isUuid } from '@carers/kernel';
import { errorsOf, page, type PageResult, readForm, redirect, type RedirectResult } from '@carers/pages';
import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { tillView } from './owner-tills.presenter.js';
import { TillDevices } from './till-devices.js';
import { pinForm, renameTillForm, rotateForm } from './till-forms.js';
import { TillKeys } from './till-keys.js';
import { TillNotFound } from './till.problems.js';
import { Tills } from './tills.js';

/** The owner's page of one till: its name, its key, its staff PIN, its end. */
@Controller('business/:id/tills/:tillId')
@ApiExcludeController()
@For('business_owner')
export class OwnerTillPages {
  constructor(
    private readonly tills: Tills,
    private readonly devices: TillDevices,
    private readonly keys: TillKeys,
    private readonly branches: Branches,
    private readonly clock: Clock,
  ) {}

  @Get()
  show(@Who() who: Who, @Param('id') given: string, @Param('tillId') tillId: string): Promise<PageResult> {
    return this.page(ownedBusiness(who, given), known(tillId), {});
  }

  @Post('name')
  async rename(
    @Who() who: Who,
    @Param('id') given: string,
    @Param('tillId') tillId: string,
    @Body() body: unknown,
  ): Promise<PageResult | RedirectResult> {
    const id = ownedBusiness(who, given);
    const read = await readForm(renameTillForm, body);
    if (read.errors) return this.page(id, known(tillId), read);
    await this.devices.rename(known(tillId), id, read.value.name, who.actor('business_owner'));
    return this.back(id, tillId, 'till:owner.renamed');
  }

  @Post('pin')
  async setPin(
    @Who() who: Who,
    @Param('id') given: string,
    @Param('tillId') tillId: string,
    @Body() body: unknown,
  ): Promise<PageResult | RedirectResult> {
    const id = ownedBusiness(who, given);
    const read = await readForm(pinForm, body, { secrets: ['pin'] });
    if (read.errors) return this.page(id, known(tillId), read);
    try {
      await this.devices.setPin(known(tillId), id, read.value.pin, who.actor('business_owner'));
    } catch (problem) {
      const errors = errorsOf(problem);
      if (!errors) throw problem;
      return this.page(id, known(tillId), { form: read.form, errors });
    }
    return this.back(id, tillId, 'till:owner.pin-set');
  }

  @Post('pin/remove')
  async removePin(
    @Who() who: Who,
    @Param('id') given: string,
    @Param('tillId') tillId: string,
  ): Promise<RedirectResult> {
    const id = ownedBusiness(who, given);
    await this.devices.removePin(known(tillId), id, who.actor('business_owner'));
    return this.back(id, tillId, 'till:owner.pin-removed');
  }

  /** The new key is shown by this answer and never again. */
  @Post('rotate')
  async rotate(
    @Who() who: Who,
    @Param('id') given: string,
    @Param('tillId') tillId: string,
    @Body() body: unknown,
  ): Promise<PageResult> {
    const id = ownedBusiness(who, given);
    const till = await this.devices.one(known(tillId), id);
    const read = await readForm(rotateForm, body);
    if (read.errors || till.kind !== 'key') return this.page(id, till.id, read);
    const hours = Number(read.value.overlap);
    const { key, oldEndsAt } = await this.keys.rotate(till.id, id, hours, who.actor('business_owner'));
    const titleKey = 'till:owner.rotated-title';
    const names = { id, name: till.name, branch: await this.branchName(id, till.branchId) };
    return page('till/owner/key', { ...names, key, oldEndsAt: hours > 0 ? oldEndsAt : null, rotated: true, titleKey });
  }

  @Post('end')
  async end(@Who() who: Who, @Param('id') given: string, @Param('tillId') tillId: string): Promise<RedirectResult> {
    const id = ownedBusiness(who, given);
    await this.tills.end(known(tillId), id, who.actor('business_owner'));
    return redirect(`/business/${id}/tills`, 303, { notice: 'till:owner.ended' });
  }

  private async page(id: string, tillId: string, model: object): Promise<PageResult> {
    const till = await this.devices.one(tillId, id);
    return page('till/owner/till', {
      form: { name: till.name, overlap: '24' },
      ...model,
      id,
      till: tillView(till, this.clock.now()),
      branch: await this.branchName(id, till.branchId),
    });
  }

  private async branchName(businessId: string, branchId: string): Promise<string> {
    return (await this.branches.of(businessId)).find(({ id }) => id === branchId)?.name ?? '';
  }

  private back(id: string, tillId: string, notice: string): RedirectResult {
    return redirect(`/business/${id}/tills/${tillId}`, 303, { notice });
  }
}

/** @throws TillNotFound for what is no id */
function known(tillId: string): string {
  if (!isUuid(tillId)) throw new TillNotFound();
  return tillId;
}

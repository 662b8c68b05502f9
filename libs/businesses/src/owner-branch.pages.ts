import { For, Who } from '@carers/access';
import { Database } from '@carers/database';
import { isUuid } from '@carers/kernel';
import { page, type PageResult, readForm, redirect, type RedirectResult } from '@carers/pages';
import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { accessibilityFacts } from './accessibility.js';
import type { Branch } from './branch.entity.js';
import { type BranchFacts, Branches, type PlacedBranch } from './branches.js';
import { addressLinesOf, onlineForm, placeWithAccessForm } from './businesses.forms.js';
import { branchFormOf } from './business.presenter.js';
import { BranchNotFound } from './businesses.problems.js';
import { ownedBusiness } from './owned-business.js';
import { postcodeErrors } from './postcode-errors.js';

/** The owner's pages about one place: adding it, changing it, closing it. */
@Controller('business/:id/branches')
@For('business_owner')
export class OwnerBranchPages {
  constructor(
    private readonly branches: Branches,
    private readonly database: Database,
  ) {}

  @Get('new')
  blank(@Who() who: Who, @Param('id') given: string): PageResult {
    return this.formPage(ownedBusiness(who, given), false, null, {});
  }

  @Get('new-online')
  blankOnline(@Who() who: Who, @Param('id') given: string): PageResult {
    return this.formPage(ownedBusiness(who, given), true, null, {});
  }

  @Post('new')
  async add(@Who() who: Who, @Param('id') given: string, @Body() body: unknown) {
    return this.addFrom(who, ownedBusiness(who, given), false, body);
  }

  @Post('new-online')
  async addOnline(@Who() who: Who, @Param('id') given: string, @Body() body: unknown) {
    return this.addFrom(who, ownedBusiness(who, given), true, body);
  }

  @Get(':branchId')
  async show(@Who() who: Who, @Param('id') given: string, @Param('branchId') branchId: string): Promise<PageResult> {
    const id = ownedBusiness(who, given);
    const branch = await this.branch(id, branchId);
    return this.formPage(id, branch.online, branch, { form: branchFormOf(branch) });
  }

  @Post(':branchId')
  async save(
    @Who() who: Who,
    @Param('id') given: string,
    @Param('branchId') branchId: string,
    @Body() body: unknown,
  ): Promise<PageResult | RedirectResult> {
    const id = ownedBusiness(who, given);
    const branch = await this.branch(id, branchId);
    const { facts, ...model } = await readBranch(branch.online, body);
    if (!facts) return this.formPage(id, branch.online, branch, model);
    try {
      await this.branches.edit(id, branch.id, facts, who.actor('business_owner'));
    } catch (problem) {
      return this.formPage(id, branch.online, branch, { ...model, errors: postcodeErrors(problem) });
    }
    return redirect(`/business/${id}`, 303, { notice: 'businesses:owner.saved' });
  }

  @Post(':branchId/close')
  async close(
    @Who() who: Who,
    @Param('id') given: string,
    @Param('branchId') branchId: string,
  ): Promise<RedirectResult> {
    const id = ownedBusiness(who, given);
    await this.branches.close(id, (await this.branch(id, branchId)).id, who.actor('business_owner'));
    return redirect(`/business/${id}`, 303, { notice: 'businesses:owner.branch-closed' });
  }

  private async addFrom(who: Who, id: string, online: boolean, body: unknown): Promise<PageResult | RedirectResult> {
    const { facts, ...model } = await readBranch(online, body);
    if (!facts) return this.formPage(id, online, null, model);
    let placed: PlacedBranch;
    try {
      placed = await this.branches.place({ ...facts, online });
    } catch (problem) {
      return this.formPage(id, online, null, { ...model, errors: postcodeErrors(problem) });
    }
    await this.database.transaction((tx) => this.branches.add(tx, id, placed, who.actor('business_owner')));
    return redirect(`/business/${id}`, 303, { notice: 'businesses:owner.branch-added' });
  }

  private async branch(id: string, branchId: string): Promise<Branch> {
    if (!isUuid(branchId)) throw new BranchNotFound();
    return this.branches.one(id, branchId);
  }

  private formPage(businessId: string, online: boolean, branch: Branch | null, model: object): PageResult {
    const title = branch ? 'branch-title' : online ? 'online-new' : 'branch-new';
    return page('businesses/owner/branch', {
      ...model,
      businessId,
      branchId: branch?.id ?? null,
      online,
      heading: `businesses:owner.${title}`,
      facts: accessibilityFacts,
    });
  }
}

/** The posted form of a place or an online shop. */
async function readBranch(online: boolean, body: unknown) {
  if (online) {
    const { value, form, errors } = await readForm(onlineForm, body);
    const facts: Omit<BranchFacts, 'online'> | undefined = value && { ...value, accessibility: [] };
    return { form, errors, facts };
  }
  const { value, form, errors } = await readForm(placeWithAccessForm, body);
  const facts: Omit<BranchFacts, 'online'> | undefined = value && { ...value, addressLines: addressLinesOf(value) };
  return { form, errors, facts };
}

import { For, Who } from '@carers/access';
import { type Branch, Branches, Businesses, ownedBusiness } from '@carers/businesses';
import { qrSvg } from '@carers/credentials';
import { isUuid } from '@carers/kernel';
import { page, type PageResult, readForm, redirect, type RedirectResult } from '@carers/pages';
import { Settings } from '@carers/settings';
import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { OfferUses } from './offer-uses.js';
import { newTillForm } from './till-forms.js';
import { TillNotFound } from './till.problems.js';
import { branchesWithTills, inGroups, usesView } from './till.presenter.js';
import { Tills } from './tills.js';

/** The owner's pages about the tills of a business: seeing, making and ending them. */
@Controller('business/:id/tills')
@ApiExcludeController()
@For('business_owner')
export class OwnerTillsPages {
  constructor(
    private readonly tills: Tills,
    private readonly uses: OfferUses,
    private readonly businesses: Businesses,
    private readonly branches: Branches,
    private readonly settings: Settings,
  ) {}

  @Get()
  async list(@Who() who: Who, @Param('id') given: string): Promise<PageResult> {
    const id = ownedBusiness(who, given);
    const [business, branches, tills, uses] = await Promise.all([
      this.businesses.get(id),
      this.openBranches(id),
      this.tills.ofBusiness(id),
      this.uses.thisMonth(id),
    ]);
    return page('till/owner/list', {
      id,
      business: business.name,
      published: business.status === 'published',
      branches: branchesWithTills(branches, tills),
      ...usesView(uses),
    });
  }

  @Get('new')
  async blank(@Who() who: Who, @Param('id') given: string): Promise<PageResult> {
    const id = ownedBusiness(who, given);
    return this.formPage(id, await this.openBranches(id), { form: { kind: 'phone' } });
  }

  @Post('new')
  async make(@Who() who: Who, @Param('id') given: string, @Body() body: unknown): Promise<PageResult> {
    const id = ownedBusiness(who, given);
    const branches = await this.openBranches(id);
    // The form of a business with one place does not ask which.
    const only = branches.length === 1 ? { branch: branches[0]!.id } : {};
    const read = await readForm(newTillForm, { ...(body as object), ...only });
    if (read.errors) return this.formPage(id, branches, read);
    const branch = branches.find((each) => each.id === read.value.branch);
    if (!branch) {
      return this.formPage(id, branches, {
        form: read.form,
        errors: [{ field: 'branch', message: 'till:owner.branch-missing' }],
      });
    }
    const names = { id, name: read.value.name, branch: branch.name };
    const actor = who.actor('business_owner');
    if (read.value.kind === 'key') {
      const { key } = await this.tills.create(branch.id, read.value.name, actor);
      return page('till/owner/key', { ...names, key });
    }
    const { code, expiresAt } = await this.tills.offerPairing(branch.id, read.value.name, actor);
    // After the #: browsers send it to nobody, so the code is in no log.
    const address = `${this.settings.publicUrl}/till#pair=${code}`;
    return page('till/owner/pair', { ...names, code: inGroups(code), expiresAt, qr: qrSvg(address) });
  }

  @Post(':tillId/end')
  async end(@Who() who: Who, @Param('id') given: string, @Param('tillId') tillId: string): Promise<RedirectResult> {
    const id = ownedBusiness(who, given);
    if (!isUuid(tillId)) throw new TillNotFound();
    await this.tills.end(tillId, id, who.actor('business_owner'));
    return redirect(`/business/${id}/tills`, 303, { notice: 'till:owner.ended' });
  }

  private async openBranches(id: string): Promise<Branch[]> {
    return (await this.branches.of(id)).filter(({ closedAt }) => !closedAt);
  }

  private formPage(id: string, branches: Branch[], model: object): PageResult {
    const options = branches.map((branch) => ({ value: branch.id, text: branch.name }));
    return page('till/owner/new', { ...model, id, branches: options, several: branches.length > 1 });
  }
}

import { For, Who } from '@carers/access';
import { type Branch, Branches, Businesses, ownedBusiness } from '@carers/businesses';
import { qrSvg } from '@carers/credentials';
import { Clock } from '@carers/kernel';
import { page, type PageResult, readForm } from '@carers/pages';
import { Settings } from '@carers/settings';
import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { EndedTills } from './ended-tills.js';
import { OfferUses } from './offer-uses.js';
import { branchesWithTills, inGroups } from './owner-tills.presenter.js';
import { TillDevices } from './till-devices.js';
import { newTillForm } from './till-forms.js';
import { tillScopes } from './till.entity.js';
import { usesView } from './till.presenter.js';
import { pairingMinutes, Tills } from './tills.js';

/** The owner's pages about the tills of a business: seeing and making them. */
@Controller('business/:id/tills')
@ApiExcludeController()
@For('business_owner')
export class OwnerTillsPages {
  constructor(
    private readonly tills: Tills,
    private readonly devices: TillDevices,
    private readonly ended: EndedTills,
    private readonly uses: OfferUses,
    private readonly businesses: Businesses,
    private readonly branches: Branches,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  @Get()
  async list(@Who() who: Who, @Param('id') given: string): Promise<PageResult> {
    const id = ownedBusiness(who, given);
    const [business, branches, tills, pairings, ended, uses] = await Promise.all([
      this.businesses.get(id),
      this.openBranches(id),
      this.tills.ofBusiness(id),
      this.devices.pairings(id),
      this.ended.ofBusiness(id),
      this.uses.thisMonth(id),
    ]);
    return page('till/owner/list', {
      id,
      business: business.name,
      published: business.status === 'published',
      branches: branchesWithTills(branches, { tills, pairings, ended }, this.clock.now()),
      ...usesView(uses),
    });
  }

  @Get('new')
  async blank(@Who() who: Who, @Param('id') given: string): Promise<PageResult> {
    const id = ownedBusiness(who, given);
    return this.formPage(id, await this.openBranches(id), { form: { kind: 'phone', may: 'both' } });
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
      const { key } = await this.tills.create(
        branch.id,
        read.value.name,
        actor,
        read.value.may === 'both' ? tillScopes : ['validate'],
      );
      return page('till/owner/key', { ...names, key, titleKey: 'till:owner.key-title' });
    }
    const { code, expiresAt } = await this.tills.offerPairing(branch.id, read.value.name, actor);
    // After the #: browsers send it to nobody, so the code is in no log.
    const address = `${this.settings.publicUrl}/till#pair=${code}`;
    return page('till/owner/pair', {
      ...names,
      code: inGroups(code),
      expiresAt,
      minutes: pairingMinutes,
      qr: qrSvg(address),
    });
  }

  private async openBranches(id: string): Promise<Branch[]> {
    return (await this.branches.of(id)).filter(({ closedAt }) => !closedAt);
  }

  private formPage(id: string, branches: Branch[], model: object): PageResult {
    const options = branches.map((branch) => ({ value: branch.id, text: branch.name }));
    return page('till/owner/new', { ...model, id, branches: options, several: branches.length > 1 });
  }
}

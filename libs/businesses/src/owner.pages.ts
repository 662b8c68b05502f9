import { For, Who } from '@carers/access';
import { Database } from '@carers/database';
import { page, type PageResult, readForm, redirect, type RedirectResult } from '@carers/pages';
import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { Branches } from './branches.js';
import { businessKinds, type Business } from './business.entity.js';
import { Businesses } from './businesses.js';
import { detailsForm } from './businesses.forms.js';
import { branchView, businessView, detailsFormOf, statusTag } from './business.presenter.js';
import { Categories } from './categories.js';
import { OwnerLinks } from './owner-links.js';
import { ownedBusiness } from './owned-business.js';

/** What the owner of a business sees and does. Every address names the business, and each is checked to be theirs. */
@Controller('business')
@For('business_owner')
export class OwnerPages {
  constructor(
    private readonly businesses: Businesses,
    private readonly branches: Branches,
    private readonly categories: Categories,
    private readonly links: OwnerLinks,
    private readonly database: Database,
  ) {}

  @Get()
  async list(@Who() who: Who): Promise<PageResult | RedirectResult> {
    const found = await this.businesses.some(who.scopesOf('business_owner', 'business'));
    const [only, another] = found;
    if (only && !another) return redirect(`/business/${only.id}`);
    return page('businesses/owner/list', {
      businesses: found.map(({ id, name, status }) => ({ href: `/business/${id}`, name, status: statusTag(status) })),
    });
  }

  @Get(':id')
  async show(@Who() who: Who, @Param('id') given: string): Promise<PageResult> {
    const id = ownedBusiness(who, given);
    const [business, branches] = await Promise.all([this.businesses.get(id), this.branches.of(id)]);
    return page('businesses/owner/dashboard', {
      business: businessView(business, await this.categoryOf(business)),
      branches: branches.map(branchView),
      links: await this.links.for(business),
      canAddOnline: !branches.some(({ online }) => online),
    });
  }

  @Get(':id/details')
  async details(@Who() who: Who, @Param('id') given: string): Promise<PageResult> {
    const business = await this.businesses.get(ownedBusiness(who, given));
    return this.detailsPage(business.id, { form: detailsFormOf(business, await this.categoryOf(business)) });
  }

  @Post(':id/details')
  async saveDetails(
    @Who() who: Who,
    @Param('id') given: string,
    @Body() body: unknown,
  ): Promise<PageResult | RedirectResult> {
    const id = ownedBusiness(who, given);
    const read = await readForm(detailsForm, body);
    if (read.errors) return this.detailsPage(id, read);
    const category = await this.categories.bySlug(read.value.category);
    if (!category) {
      const errors = [{ field: 'category', message: 'businesses:errors.category-missing' }];
      return this.detailsPage(id, { form: read.form, errors });
    }
    await this.businesses.edit(id, { ...read.value, categoryId: category.id }, who.actor('business_owner'));
    return redirect(`/business/${id}`, 303, { notice: 'businesses:owner.saved' });
  }

  @Post(':id/submit')
  async submit(@Who() who: Who, @Param('id') given: string): Promise<RedirectResult> {
    const id = ownedBusiness(who, given);
    await this.database.transaction((tx) => this.businesses.submit(tx, id, who.actor('business_owner')));
    return redirect(`/business/${id}`, 303, { notice: 'businesses:owner.sent' });
  }

  @Post(':id/confirm')
  async confirm(@Who() who: Who, @Param('id') given: string): Promise<RedirectResult> {
    const id = ownedBusiness(who, given);
    await this.businesses.confirm(id, who.actor('business_owner'));
    return redirect(`/business/${id}`, 303, { notice: 'businesses:owner.confirmed' });
  }

  @Get(':id/leave')
  async askToLeave(@Who() who: Who, @Param('id') given: string): Promise<PageResult> {
    const { id, name } = await this.businesses.get(ownedBusiness(who, given));
    return page('businesses/owner/leave', { id, name });
  }

  @Post(':id/leave')
  async leave(@Who() who: Who, @Param('id') given: string): Promise<RedirectResult> {
    const id = ownedBusiness(who, given);
    await this.businesses.leave(id, who.actor('business_owner'));
    return redirect(`/business/${id}`, 303, { notice: 'businesses:owner.has-left' });
  }

  private async detailsPage(id: string, model: object): Promise<PageResult> {
    const categories = (await this.categories.all()).map(({ slug }) => slug);
    return page('businesses/owner/details', { ...model, id, kinds: businessKinds, categories });
  }

  private async categoryOf(business: Business): Promise<string> {
    return (await this.categories.byId(business.categoryId))!.slug;
  }
}

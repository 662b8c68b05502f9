import { For, StaffSections, Who } from '@carers/access';
import { Audit } from '@carers/audit';
import { isUuid } from '@carers/kernel';
import { page, type PageResult, readForm, redirect, type RedirectResult } from '@carers/pages';
import { Body, Controller, Get, type OnModuleInit, Param, Post, Query } from '@nestjs/common';
import { Branches } from './branches.js';
import { BusinessPeople } from './business-people.js';
import { businessStatuses } from './business.entity.js';
import { branchView, businessView, lineView } from './business.presenter.js';
import { Businesses } from './businesses.js';
import { filterQuery, reasonForm } from './businesses.forms.js';
import { BusinessNotFound } from './businesses.problems.js';
import { Categories } from './categories.js';
import { Leads } from './leads.js';
import { Moderation } from './moderation.js';
import { BusinessTerms } from './terms.js';

/** The staff's list of businesses, and what they decide about each. */
@Controller('staff/businesses')
@For('registrar', 'administrator')
export class StaffPages implements OnModuleInit {
  constructor(
    private readonly moderation: Moderation,
    private readonly businesses: Businesses,
    private readonly branches: Branches,
    private readonly categories: Categories,
    private readonly terms: BusinessTerms,
    private readonly leads: Leads,
    private readonly people: BusinessPeople,
    private readonly audit: Audit,
    private readonly sections: StaffSections,
  ) {}

  onModuleInit(): void {
    this.sections.add({
      roles: ['registrar', 'administrator'],
      href: '/staff/businesses',
      titleKey: 'businesses:staff.section',
      count: async () => (await this.moderation.counts()).submitted ?? 0,
    });
  }

  @Get()
  async list(@Query() query: Record<string, unknown>): Promise<PageResult> {
    // Without a word about status, the queue: those that wait.
    const filter = filterQuery.parse({ ...query, status: query['status'] ?? 'submitted' });
    const [{ lines, next }, counts] = await Promise.all([this.moderation.list(filter), this.moderation.counts()]);
    return page('businesses/staff/list', {
      form: { status: filter.status ?? 'all', name: filter.name ?? '' },
      statuses: businessStatuses.map((status) => ({
        value: status,
        key: `businesses:status.${status}`,
        number: counts[status] ?? 0,
      })),
      lines: lines.map(lineView),
      next,
    });
  }

  @Get('leads')
  async leadList(@Query('after') after?: string): Promise<PageResult> {
    const { leads, next } = await this.leads.open('trade', after && isUuid(after) ? after : null);
    return page('businesses/staff/leads', {
      leads: leads.map(({ id, businessName, contactName, contactEmail, contactPhone, createdAt }) => ({
        id,
        businessName,
        contactName,
        contactEmail,
        contactPhone,
        createdAt,
      })),
      next,
    });
  }

  @Post('leads/:id/invite')
  async inviteLead(@Who() who: Who, @Param('id') id: string): Promise<RedirectResult> {
    await this.leads.invite(known(id), who.actor());
    return redirect('/staff/businesses/leads', 303, { notice: 'businesses:staff.lead-invited' });
  }

  @Post('leads/:id/close')
  async closeLead(@Who() who: Who, @Param('id') id: string): Promise<RedirectResult> {
    if (!isUuid(id)) throw new BusinessNotFound();
    await this.leads.close(id, who.actor());
    return redirect('/staff/businesses/leads', 303, { notice: 'businesses:staff.lead-closed' });
  }

  @Get(':id')
  async show(@Who() who: Who, @Param('id') id: string): Promise<PageResult> {
    await this.audit.note({
      action: 'business.viewed',
      subject: { kind: 'business', id: known(id) },
      actor: who.actor(),
    });
    return this.businessPage(who, id, {});
  }

  @Post(':id/publish')
  async publish(@Who() who: Who, @Param('id') id: string): Promise<RedirectResult> {
    await this.moderation.publish(known(id), who.actor());
    return redirect(`/staff/businesses/${id}`, 303, { notice: 'businesses:staff.published' });
  }

  @Post(':id/decline')
  async decline(@Who() who: Who, @Param('id') id: string, @Body() body: unknown): Promise<PageResult | RedirectResult> {
    const read = await readForm(reasonForm, body);
    if (read.errors) return this.businessPage(who, id, read);
    await this.moderation.decline(known(id), read.value.reason, who.actor());
    return redirect(`/staff/businesses/${id}`, 303, { notice: 'businesses:staff.declined' });
  }

  @Post(':id/suspend')
  async suspend(@Who() who: Who, @Param('id') id: string, @Body() body: unknown): Promise<PageResult | RedirectResult> {
    const read = await readForm(reasonForm, body);
    if (read.errors) return this.businessPage(who, id, read);
    await this.moderation.suspend(known(id), read.value.reason, who.actor());
    return redirect(`/staff/businesses/${id}`, 303, { notice: 'businesses:staff.suspended' });
  }

  /** For an owner who lost the telephone with their app for codes, once it is sure who they are. */
  @Post(':id/people/:account/second-factor/reset')
  @For('administrator')
  async forgetSecondFactor(
    @Who() who: Who,
    @Param('id') id: string,
    @Param('account') account: string,
  ): Promise<RedirectResult> {
    if (!isUuid(account)) throw new BusinessNotFound();
    await this.people.forgetSecondFactor(known(id), account, who.actor('administrator'));
    return redirect(`/staff/businesses/${id}`, 303, { notice: 'businesses:people.second-factor-reset' });
  }

  private async businessPage(who: Who, id: string, model: object): Promise<PageResult> {
    const business = await this.businesses.get(known(id));
    const [branches, category, accepted, history, people] = await Promise.all([
      this.branches.of(business.id),
      this.categories.byId(business.categoryId),
      this.terms.acceptedBy(business.id),
      this.audit.historyOf({ kind: 'business', id: business.id }),
      this.people.of(business.id),
    ]);
    return page('businesses/staff/business', {
      ...model,
      business: businessView(business, category!.slug),
      branches: branches.map(branchView),
      people: people.map(({ accountId, name, email, hasSecondFactor }) => ({
        accountId,
        name,
        email,
        hasSecondFactor,
      })),
      mayReset: who.hasRole('administrator'),
      terms: accepted.map(({ version, acceptedAt }) => ({ version, acceptedAt })),
      history: history
        .filter(({ action }) => told.has(action))
        .map(({ action, happenedAt, reason }) => ({
          key: `businesses:history.${action.replace('.', '_')}`,
          happenedAt,
          reason,
        })),
    });
  }
}

/** What of the audit trail is told on the page; readings are not. */
const told = new Set([
  ...['drafted', 'imported', 'submitted', 'published', 'declined', 'suspended', 'edited', 'confirmed', 'left'].map(
    (verb) => `business.${verb}`,
  ),
  ...['added', 'edited', 'closed'].map((verb) => `branch.${verb}`),
  ...['added', 'removed', 'second-factor-reset'].map((verb) => `business.person-${verb}`),
]);

/** @throws BusinessNotFound for what cannot be an id */
function known(id: string): string {
  if (!isUuid(id)) throw new BusinessNotFound();
  return id.toLowerCase();
}

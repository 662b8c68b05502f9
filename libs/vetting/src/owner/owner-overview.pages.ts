import { For, SecondFactor, Who } from '@carers/access';
import { type Business, Businesses, OwnerLinks, ownedBusiness } from '@carers/businesses';
import { Database } from '@carers/database';
import { page, type PageModel, type PageResult, readForm, redirect, type RedirectResult } from '@carers/pages';
import { Body, Controller, Get, type OnModuleInit, Param, Post, Query } from '@nestjs/common';
import { hasEnded, VettingCases } from '../cases/vetting-cases.js';
import type { VettingCase } from '../cases/vetting-case.entity.js';
import { Quotation } from '../fees/quotation.service.js';
import type { Facts, Programme } from '../programmes/programme.js';
import { Programmes } from '../programmes/programmes.js';
import { CaseAlreadyOpen, ProgrammeNotFound } from '../vetting.problems.js';
import { caseLine, feesView, quoteOf } from './case.presenter.js';
import { feeForm, feeFormOf, feeNames, factsOfFeeForm } from './owner.forms.js';

/**
 * Where a business stands with its programmes, and what another would cost. A business that does not work in homes sees
 * only programmes that it may choose; nobody sees what is not for them.
 */
@Controller('business/:id/vetting')
@For('business_owner')
export class OwnerOverviewPages implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly prices: Quotation,
    private readonly businesses: Businesses,
    private readonly cases: VettingCases,
    private readonly programmes: Programmes,
    private readonly secondFactor: SecondFactor,
    private readonly links: OwnerLinks,
  ) {}

  onModuleInit(): void {
    const href = ({ id }: Business) => `/business/${id}/vetting`;
    this.links.add({
      titleKey: 'vetting:owner.link',
      href: (business) => (business.worksInHomes && business.status !== 'left' ? href(business) : null),
    });
    this.links.add({
      titleKey: 'vetting:owner.award-link',
      href: (business) => (!business.worksInHomes && business.status === 'published' ? href(business) : null),
    });
  }

  @Get()
  async overview(@Who() who: Who, @Param('id') given: string): Promise<PageResult> {
    const business = await this.businesses.get(ownedBusiness(who, given));
    const [cases, programmes] = await Promise.all([this.cases.ofBusiness(business.id), this.offered(business)]);
    const lines = await Promise.all(cases.map(async (each) => caseLine(each, await this.cases.programmeOf(each))));
    return page('vetting/owner/overview', {
      id: business.id,
      titleKey: business.worksInHomes ? 'vetting:owner.link' : 'vetting:owner.award-link',
      business: business.name,
      trade: business.worksInHomes,
      cases: lines,
      programmes: programmes
        .filter(({ slug }) => !isRunning(cases, slug))
        .map(({ slug, title, summary }) => ({ title, summary, href: `/business/${business.id}/vetting/new/${slug}` })),
      needsSetUp: !who.secondFactor && !(await this.secondFactor.isSet(who.accountId)),
    });
  }

  /** What a programme costs, before anything else is asked. */
  @Get('new/:programme')
  async quotation(
    @Who() who: Who,
    @Param('id') given: string,
    @Param('programme') slug: string,
    @Query() query: unknown,
  ): Promise<PageResult> {
    const { business, programme } = await this.choice(who, given, slug);
    const asked = Object.keys((query as object | undefined) ?? {}).length > 0;
    if (!asked && needsNumbers(programme))
      return this.startPage(business, programme, { form: feeFormOf(programme, {}) });
    const read = await readForm(feeForm(programme), query ?? {});
    if (read.errors) return this.startPage(business, programme, read);
    return this.startPage(business, programme, read, factsOfFeeForm(programme, read.value));
  }

  @Post('new/:programme')
  async begin(
    @Who() who: Who,
    @Param('id') given: string,
    @Param('programme') slug: string,
    @Body() body: unknown,
  ): Promise<PageResult | RedirectResult> {
    const { business, programme } = await this.choice(who, given, slug);
    const read = await readForm(feeForm(programme), body);
    if (read.errors) return this.startPage(business, programme, read);
    const answers = factsOfFeeForm(programme, read.value);
    try {
      const opened = await this.database.transaction((tx) =>
        this.cases.open(tx, { businessId: business.id, programme: slug, answers }, who.actor('business_owner')),
      );
      return redirect(`/business/${business.id}/vetting/${opened.id}`, 303, { notice: 'vetting:owner.begun' });
    } catch (problem) {
      // Pressed twice: the first press opened it.
      if (problem instanceof CaseAlreadyOpen) return redirect(`/business/${business.id}/vetting`);
      throw problem;
    }
  }

  private startPage(
    business: Business,
    programme: Programme,
    model: PageModel,
    facts: Facts | null = null,
  ): PageResult {
    const quoted = facts ? quoteOf(this.prices, programme, { facts }) : null;
    return page('vetting/owner/start', {
      ...model,
      id: business.id,
      programme: { slug: programme.slug, title: programme.title, summary: programme.summary },
      numbers: feeNames.filter((name) => programme.feeFacts[name] !== undefined),
      fees: quoted && feesView(quoted),
      given: facts && feeFormOf(programme, facts),
      checks: programme.checks.map(({ title, why }) => ({ title, why })),
    });
  }

  /** @throws ProgrammeNotFound also for one that is not for this business */
  private async choice(who: Who, given: string, slug: string): Promise<{ business: Business; programme: Programme }> {
    const business = await this.businesses.get(ownedBusiness(who, given));
    const programme = (await this.offered(business)).find((each) => each.slug === slug);
    if (!programme) throw new ProgrammeNotFound();
    return { business, programme };
  }

  /** The programmes that a business may begin today. */
  private async offered(business: Business): Promise<Programme[]> {
    const found = await this.programmes.inForce();
    return found.filter((programme) => isFor(business, programme));
  }
}

/** What only trades must have is for them; everything else for whoever is published. */
function isFor({ status, worksInHomes }: Business, { mustHave }: Programme): boolean {
  if (mustHave?.worksInHomes) return worksInHomes && ['submitted', 'published', 'declined'].includes(status);
  return status === 'published';
}

function needsNumbers({ feeFacts }: Programme): boolean {
  return Object.values(feeFacts).some((key) => key !== undefined);
}

function isRunning(cases: readonly VettingCase[], slug: string): boolean {
  return cases.some(({ programmeSlug, state }) => programmeSlug === slug && !hasEnded(state));
}

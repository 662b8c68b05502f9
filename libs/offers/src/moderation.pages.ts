import { For, StaffSections, Who } from '@carers/access';
import { Audit } from '@carers/audit';
import { Businesses } from '@carers/businesses';
import { Database } from '@carers/database';
import { Clock, isUuid, line } from '@carers/kernel';
import { page, type PageModel, type PageResult, readForm, redirect, type RedirectResult } from '@carers/pages';
import { Body, Controller, Get, type OnModuleInit, Param, Post, Query } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { z } from 'zod';
import type { OfferContent } from './offer.entity.js';
import { OfferWording } from './offer-wording.js';
import { Offers, versionOf } from './offers.js';
import { OfferNotFound } from './offers.problems.js';

const seen = z
  .string()
  .regex(/^\d+\.\d+$/)
  .optional()
  .catch(undefined);
const PublishForm = z.object({ seen });
const DeclineForm = z.object({ seen, reason: line({ max: 500, missing: 'offers:errors.reason' }) });

/** Offers, and changes of offers, that wait for the staff. */
@ApiExcludeController()
@Controller('staff/offers')
@For('registrar', 'administrator')
export class ModerationPages implements OnModuleInit {
  constructor(
    private readonly offers: Offers,
    private readonly businesses: Businesses,
    private readonly wording: OfferWording,
    private readonly audit: Audit,
    private readonly database: Database,
    private readonly sections: StaffSections,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.sections.add({
      roles: ['registrar', 'administrator'],
      href: '/staff/offers',
      titleKey: 'offers:staff.section',
      count: async () => {
        const [row] = await this.database.query<{ count: number }>(
          `SELECT count(*)::int AS count FROM offer WHERE status = 'submitted' OR proposed IS NOT NULL`,
        );
        return row?.count ?? 0;
      },
    });
  }

  @Get()
  async queue(@Query('after') given?: string): Promise<PageResult> {
    const after = given && /^\d{1,5}$/.test(given) ? Number(given) : 0;
    const { offers, more } = await this.offers.waiting(after);
    return page('offers/staff-list', { offers, next: more ? after + Offers.queuePage : null });
  }

  @Get(':offer')
  async one(@Param('offer') id: string): Promise<PageResult> {
    return this.decisionPage(id);
  }

  @Post(':offer/publish')
  async publish(
    @Who() who: Who,
    @Param('offer') id: string,
    @Body() body: unknown,
  ): Promise<PageResult | RedirectResult> {
    const read = await readForm(PublishForm, body);
    await this.offers.publish(known(id), who.actor(), read.value?.seen);
    return redirect('/staff/offers', 303, { notice: 'offers:staff.published' });
  }

  @Post(':offer/decline')
  async decline(
    @Who() who: Who,
    @Param('offer') id: string,
    @Body() body: unknown,
  ): Promise<PageResult | RedirectResult> {
    const read = await readForm(DeclineForm, body);
    if (read.errors) return this.decisionPage(id, read);
    await this.offers.decline(known(id), read.value.reason, who.actor(), read.value.seen);
    return redirect('/staff/offers', 303, { notice: 'offers:staff.declined' });
  }

  private async decisionPage(id: string, model: PageModel = {}): Promise<PageResult> {
    const offer = await this.offers.get(known(id));
    const [business, history] = await Promise.all([
      this.businesses.get(offer.businessId),
      this.audit.historyOf({ kind: 'offer', id: offer.id }, 20),
    ]);
    return page('offers/staff-offer', {
      ...model,
      offer: {
        id: offer.id,
        title: offer.title,
        sentence: offer.sentence,
        tills: this.wording.tills(offer),
        statusKey: `offers:status.${offer.status}`,
        waiting: offer.waiting,
        seen: versionOf(offer),
        declineReason: offer.declineReason,
      },
      proposed: offer.proposed && { whole: this.whole(offer.proposed) },
      // Of trades only: what the business says of the offer that waits.
      place: business.worksInHomes ? placeKey(offer.proposed?.atHome ?? offer.atHome) : null,
      notChecked: (offer.proposed?.atHome ?? offer.atHome) && !business.mayVisitHomes(this.clock.today()),
      business: {
        id: business.id,
        name: business.name,
        summary: business.summary,
        published: business.status === 'published',
      },
      history: history.map(({ action, happenedAt, reason }) => ({
        key: `offers:history.${action}`,
        at: happenedAt,
        reason,
      })),
    });
  }

  private whole(content: OfferContent): string {
    return [this.wording.of(content).sentence, this.wording.tills(content)].filter(Boolean).join(' ');
  }
}

function placeKey(atHome: boolean): string {
  return atHome ? 'offers:staff.at-home' : 'offers:staff.not-at-home';
}

function known(id: string): string {
  if (!isUuid(id)) throw new OfferNotFound();
  return id;
}

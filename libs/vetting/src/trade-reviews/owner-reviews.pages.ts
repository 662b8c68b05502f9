import { For, Who } from '@carers/access';
import { Businesses, ownedBusiness, OwnerLinks } from '@carers/businesses';
import { Database } from '@carers/database';
import { Clock } from '@carers/kernel';
import { page, type PageModel, type PageResult, readForm, redirect } from '@carers/pages';
import { Body, Controller, Get, type OnModuleInit, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { replyForm } from './reviews.forms.js';
import type { TradeReview } from './trade-review.entity.js';
import { ReviewNotFound } from './trade-reviews.problems.js';
import { TradeReviews } from './trade-reviews.js';

/** A business's right of reply. Who the customer is it does not learn here. */
@For('business_owner')
@ApiExcludeController()
@Controller('business/:id/trade-reviews')
export class OwnerReviewPages implements OnModuleInit {
  constructor(
    private readonly reviews: TradeReviews,
    private readonly businesses: Businesses,
    private readonly links: OwnerLinks,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.links.add({
      href: async ({ id, worksInHomes }) =>
        worksInHomes && (await this.reviews.forBusiness(id)).length > 0 ? `/business/${id}/trade-reviews` : null,
      titleKey: 'vetting:trade-review.owner.section',
    });
  }

  @Get()
  async list(@Who() who: Who, @Param('id') given: string): Promise<PageResult> {
    const id = ownedBusiness(who, given);
    const [business, reviews] = await Promise.all([this.businesses.get(id), this.reviews.forBusiness(id)]);
    return page('vetting/trade-review/owner-list', {
      base: `/business/${id}`,
      business: business.name,
      reviews: reviews.map((review) => this.view(review)),
    });
  }

  @Get(':review')
  async show(@Who() who: Who, @Param('id') given: string, @Param('review') review: string): Promise<PageResult> {
    return this.reviewPage(ownedBusiness(who, given), review, {});
  }

  @Post(':review')
  async reply(@Who() who: Who, @Param('id') given: string, @Param('review') reviewId: string, @Body() body: unknown) {
    const id = ownedBusiness(who, given);
    await this.find(id, reviewId);
    const read = await readForm(replyForm, body);
    if (read.errors) return this.reviewPage(id, reviewId, read);
    const actor = who.actor('business_owner');
    await this.database.transaction((tx) => this.reviews.reply(tx, id, reviewId, read.value.words, actor));
    return redirect(`/business/${id}/trade-reviews/${reviewId}`, 303, { notice: 'vetting:trade-review.owner.replied' });
  }

  private async find(businessId: string, id: string): Promise<TradeReview> {
    const review = await this.reviews.get(businessId, id);
    if (review.passedAt === null) throw new ReviewNotFound();
    return review;
  }

  private async reviewPage(businessId: string, id: string, model: PageModel): Promise<PageResult> {
    const review = await this.find(businessId, id);
    return page('vetting/trade-review/owner', {
      ...model,
      base: `/business/${businessId}`,
      review: this.view(review),
    });
  }

  private view({
    id,
    businessId,
    kind,
    state,
    stars,
    shownWords,
    reply,
    replyUntil,
    lastWord,
    outcome,
    passedAt,
  }: TradeReview) {
    return {
      href: `/business/${businessId}/trade-reviews/${id}`,
      titleKey: `vetting:trade-review.${kind}-of`,
      at: passedAt,
      stateKey: `vetting:trade-review.state.${state}`,
      stars,
      words: shownWords,
      reply,
      replyUntil,
      lastWord,
      outcomeKey: outcome && `vetting:trade-review.outcome.${outcome}`,
      canReply: state === 'with_business' && this.clock.today() <= replyUntil!,
    };
  }
}

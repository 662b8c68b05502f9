import { Limits, Public } from '@carers/access';
import { Businesses } from '@carers/businesses';
import { page, type PageModel, type PageResult, readForm, redirect, type RedirectResult } from '@carers/pages';
import { Body, Controller, Get, Param, Post, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { lastWordForm, reviewForm } from './reviews.forms.js';
import type { TradeReview } from './trade-review.entity.js';
import { TradeReviews } from './trade-reviews.js';

/**
 * Where a customer says what a trade was like, and has the last word after its reply. Opening the page changes nothing,
 * so programs that look at links in mail do no harm.
 */
@Public()
@ApiExcludeController()
@Controller('trade-review')
export class CustomerReviewPages {
  constructor(
    private readonly reviews: TradeReviews,
    private readonly businesses: Businesses,
    private readonly limits: Limits,
  ) {}

  @Get('thank-you')
  thanks(): PageResult {
    return page('vetting/trade-review/thank-you');
  }

  @Get(':token')
  async ask(@Param('token') token: string, @Req() request: FastifyRequest): Promise<PageResult> {
    return this.askPage(await this.open(token, request), {});
  }

  @Post(':token')
  async say(
    @Param('token') token: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
  ): Promise<PageResult | RedirectResult> {
    const review = await this.open(token, request);
    if (review.state === 'answered') {
      const read = await readForm(lastWordForm, body);
      if (read.errors) return this.askPage(review, read);
      await this.reviews.sayLast(token, read.value.lastWord);
    } else {
      const read = await readForm(reviewForm, body);
      if (read.errors) return this.askPage(review, read);
      await this.reviews.say(token, read.value);
    }
    return redirect('/trade-review/thank-you');
  }

  /** @throws AskedTooOften, ReviewLinkNotOpen */
  private async open(token: string, request: FastifyRequest): Promise<TradeReview> {
    await this.limits.count('reference-address', request.ip);
    return this.reviews.open(token);
  }

  private async askPage(review: TradeReview, model: PageModel): Promise<PageResult> {
    const { name } = await this.businesses.get(review.businessId);
    return page(
      `vetting/trade-review/${review.state === 'answered' ? 'last-word' : 'say'}`,
      { ...model, business: name, until: review.openUntil, shown: review.shownWords, reply: review.reply },
      // Nobody whom the page leads on to learns the link.
      { headers: { 'referrer-policy': 'no-referrer' } },
    );
  }
}

import { For, Who } from '@carers/access';
import { Audit } from '@carers/audit';
import { page, PageRenderer, type PageModel, readForm, redirect } from '@carers/pages';
import { Body, Controller, Get, Param, Post, Query, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { evidenceView, reasonOf } from './review.presenter.js';
import { ReviewFacts } from './review-facts.js';
import { isReviewKind, reviewKinds, reviewOutcomes } from './review-kinds.js';
import { Reviews } from './reviews.js';
import { closeForm } from './reviews.forms.js';

/** What staff are asked to look at, and what came of it. */
@For('registrar', 'administrator')
@ApiExcludeController()
@Controller('staff/reviews')
export class StaffReviewsPages {
  constructor(
    private readonly reviews: Reviews,
    private readonly facts: ReviewFacts,
    private readonly audit: Audit,
    private readonly renderer: PageRenderer,
  ) {}

  @Get()
  async list(@Req() request: FastifyRequest, @Query() query: Record<string, unknown>) {
    const status = query['status'] === 'closed' ? 'closed' : 'open';
    const kind = isReviewKind(query['kind']) ? query['kind'] : null;
    const cursor = typeof query['cursor'] === 'string' ? query['cursor'] : null;
    const { items, next } = await this.reviews.page({ status, kind, cursor });
    const branches = await this.facts.branchNames(items);
    const words = this.renderer.wordsFor(request);
    return page('reviews/list', {
      form: { status, kind: kind ?? '' },
      kinds: reviewKinds,
      filtered: kind !== null || cursor !== null,
      rows: items.map((item) => ({
        href: `/staff/reviews/${item.id}`,
        kindKey: `reviews:kind.${item.kind}`,
        reason: reasonOf(item, words),
        branch: item.branchId ? branches.get(item.branchId) : null,
        raisedAt: item.raisedAt,
        outcomeKey: item.outcome && `reviews:outcome.${item.outcome}`,
      })),
      next,
    });
  }

  /** Where it is about a card, looking is reading somebody's record: the carer can see that it happened. */
  @Get(':id')
  async show(@Req() request: FastifyRequest, @Param('id') id: string, @Who() who: Who) {
    return this.reviewPage(request, id, who, {});
  }

  @Post(':id/close')
  async close(@Req() request: FastifyRequest, @Param('id') id: string, @Body() body: unknown, @Who() who: Who) {
    const { value, errors, form } = await readForm(closeForm, body);
    if (errors) return this.reviewPage(request, id, who, { form, errors });
    await this.reviews.close(id, value.outcome, value.why, who.actor());
    return redirect('/staff/reviews', 303, { notice: 'reviews:close.done' });
  }

  private async reviewPage(request: FastifyRequest, id: string, who: Who, model: PageModel) {
    const item = await this.reviews.find(id);
    const { names, branch, cardholderId } = await this.facts.of(item);
    if (cardholderId)
      await this.audit.note({
        action: 'person.viewed',
        subject: { kind: 'cardholder', id: cardholderId },
        actor: who.actor(),
        details: { through: 'review' },
      });
    const words = this.renderer.wordsFor(request);
    return page('reviews/review', {
      ...model,
      review: {
        id: item.id,
        kindKey: `reviews:kind.${item.kind}`,
        adviceKey: `reviews:advice.${item.kind}`,
        reason: reasonOf(item, words),
        raisedAt: item.raisedAt,
        open: item.status === 'open',
        closedAt: item.closedAt,
        closedWhy: item.closedWhy,
        outcomeKey: item.outcome && `reviews:outcome.${item.outcome}`,
        forgotten: item.forgottenAt !== null,
        ...evidenceView(item.evidence, names, words),
      },
      branch,
      // Not the review itself: the reason is kept for longer than the review may lead to the person.
      holderHref: cardholderId && `/staff/cards/${cardholderId}?why=${encodeURIComponent(words.t('reviews:why'))}`,
      outcomes: reviewOutcomes,
    });
  }
}

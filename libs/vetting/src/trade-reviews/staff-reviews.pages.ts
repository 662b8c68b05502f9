import { For, Who } from '@carers/access';
import { Audit } from '@carers/audit';
import { Database } from '@carers/database';
import { Clock } from '@carers/kernel';
import { page, type PageModel, type PageResult, readForm, redirect } from '@carers/pages';
import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { CaseAccess, officer } from '../staff/case-access.js';
import { callForm, endForm, lastWordForm, passForm, setAsideForm } from './reviews.forms.js';
import { complaintOutcomes } from './trade-review.entity.js';
import { TradeReviews } from './trade-reviews.js';

/** Reviews and complaints beside the case of a trade: asked for, looked through, answered, ended. */
@For('vetting_officer', 'administrator')
@ApiExcludeController()
@Controller('staff/vetting/:id/reviews')
export class StaffTradeReviewPages {
  constructor(
    private readonly access: CaseAccess,
    private readonly reviews: TradeReviews,
    private readonly audit: Audit,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  @Post('invite')
  async invite(@Who() who: Who, @Param('id') id: string) {
    const actor = officer(who);
    const { businessId } = await this.access.open(who, id);
    const asked = await this.database.transaction((tx) => this.reviews.invite(tx, businessId, actor));
    const key = asked === 0 ? 'vetting:staff.notice.invited-nobody' : 'vetting:staff.notice.invited';
    return redirect(`/staff/vetting/${id}#reviews`, 303, { notice: { key, params: { asked } } });
  }

  @Get('new')
  async callPage(@Who() who: Who, @Param('id') id: string): Promise<PageResult> {
    return this.newPage(who, id, {});
  }

  @Post('new')
  async record(@Who() who: Who, @Param('id') id: string, @Body() body: unknown) {
    const actor = officer(who);
    const { businessId } = await this.access.open(who, id);
    const read = await readForm(callForm, body);
    if (read.errors) return this.newPage(who, id, read);
    const { stars, ...said } = read.value;
    const whole = { ...said, stars: said.kind === 'review' ? (stars ?? null) : null };
    const review = await this.database.transaction((tx) => this.reviews.record(tx, businessId, whole, actor));
    return redirect(`/staff/vetting/${id}/reviews/${review.id}`, 303, { notice: 'vetting:staff.notice.review-kept' });
  }

  @Get(':review')
  async show(@Who() who: Who, @Param('id') id: string, @Param('review') review: string): Promise<PageResult> {
    const shown = await this.reviewPage(who, id, review, {});
    await this.audit.note({
      action: 'trade-review.viewed',
      subject: { kind: 'vetting_case', id },
      actor: who.actor(),
      details: { review },
    });
    return shown;
  }

  @Post(':review/pass')
  async pass(@Who() who: Who, @Param('id') id: string, @Param('review') review: string, @Body() body: unknown) {
    const actor = officer(who);
    const { businessId } = await this.access.open(who, id);
    const read = await readForm(passForm, body);
    if (read.errors) return this.reviewPage(who, id, review, read);
    await this.database.transaction((tx) => this.reviews.pass(tx, businessId, review, read.value.shown, actor));
    return this.back(id, review, 'review-passed');
  }

  @Post(':review/set-aside')
  async setAside(@Who() who: Who, @Param('id') id: string, @Param('review') review: string, @Body() body: unknown) {
    const actor = officer(who);
    const { businessId } = await this.access.open(who, id);
    const read = await readForm(setAsideForm, body);
    if (read.errors) return this.reviewPage(who, id, review, read);
    await this.database.transaction((tx) => this.reviews.setAside(tx, businessId, review, read.value.why, actor));
    return this.back(id, review, 'review-ended');
  }

  @Post(':review/last-word')
  async lastWord(@Who() who: Who, @Param('id') id: string, @Param('review') review: string, @Body() body: unknown) {
    const actor = officer(who);
    const { businessId } = await this.access.open(who, id);
    const read = await readForm(lastWordForm, body);
    if (read.errors) return this.reviewPage(who, id, review, read);
    const { lastWord } = read.value;
    await this.database.transaction((tx) => this.reviews.lastWordByPhone(tx, businessId, review, lastWord, actor));
    return this.back(id, review, 'review-kept');
  }

  @Post(':review/end')
  async end(@Who() who: Who, @Param('id') id: string, @Param('review') reviewId: string, @Body() body: unknown) {
    const actor = officer(who);
    const { businessId } = await this.access.open(who, id);
    const read = await readForm(endForm, body);
    if (read.errors) return this.reviewPage(who, id, reviewId, read);
    const { form, value } = read;
    const { kind } = await this.reviews.get(businessId, reviewId);
    if (kind === 'complaint' && !value.outcome) {
      const errors = [{ field: 'outcome', message: 'vetting:errors.outcome-missing' }];
      return this.reviewPage(who, id, reviewId, { form, errors });
    }
    const given = {
      shown: { words: value.shown, reply: value.reply, lastWord: value.lastWord },
      outcome: kind === 'complaint' ? value.outcome! : null,
      outcomeWords: value.outcomeWords,
    };
    await this.database.transaction((tx) => this.reviews.end(tx, businessId, reviewId, given, actor));
    return this.back(id, reviewId, 'review-ended');
  }

  private back(id: string, review: string, notice: string) {
    return redirect(`/staff/vetting/${id}/reviews/${review}`, 303, { notice: `vetting:staff.notice.${notice}` });
  }

  private async newPage(who: Who, id: string, model: PageModel): Promise<PageResult> {
    const found = await this.access.open(who, id);
    return page('vetting/staff/review-new', { ...model, base: `/staff/vetting/${found.id}` });
  }

  private async reviewPage(who: Who, id: string, reviewId: string, model: PageModel): Promise<PageResult> {
    const found = await this.access.open(who, id);
    const review = await this.reviews.get(found.businessId, reviewId);
    const canEnd = review.canEnd(this.clock.today());
    return page('vetting/staff/review', {
      form: {
        shown: review.shownWords ?? review.words ?? '',
        reply: review.reply ?? '',
        lastWord: canEnd ? (review.lastWord ?? '') : '',
      },
      ...model,
      base: `/staff/vetting/${found.id}`,
      at: `/staff/vetting/${found.id}/reviews/${review.id}`,
      review: {
        titleKey: `vetting:trade-review.${review.kind}-of`,
        complaint: review.kind === 'complaint',
        on: review.receivedAt ?? review.createdAt,
        sourceKey: `vetting:trade-review.source.${review.source}`,
        stateKey: `vetting:trade-review.state.${review.state}`,
        stars: review.stars,
        workedIn: review.workedIn,
        words: review.words,
        shown: review.shownWords,
        mayPublish: review.mayPublish,
        reply: review.reply,
        replyUntil: review.replyUntil,
        lastWord: review.lastWord,
        lastWordUntil: review.lastWordUntil,
        outcomeKey: review.outcome && `vetting:trade-review.outcome.${review.outcome}`,
        outcomeWords: review.outcomeWords,
        received: review.state === 'received',
        withBusiness: review.state === 'with_business' && !canEnd,
        takesLastWord: review.state === 'answered' && review.lastWordAt === null,
        canEnd,
      },
      outcomes: complaintOutcomes,
      mayAct: who.hasRole('vetting_officer'),
    });
  }
}

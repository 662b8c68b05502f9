import { Public } from '@carers/access';
import { Cardholder, CardLinks } from '@carers/cards';
import { Database } from '@carers/database';
import { Clock } from '@carers/kernel';
import { page, type PageModel, PageRenderer, readForm, redirect } from '@carers/pages';
import { SchemeService } from '@carers/places';
import { Settings } from '@carers/settings';
import { Body, Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isYoung } from './answers.js';
import { dropCookie, keepCookie, readCookie } from './application-cookie.js';
import type { Application } from './application.entity.js';
import { ApplicationLinks } from './application-links.js';
import { answerRows, servedBy } from './application.presenter.js';
import { Applications } from './applications.js';
import { AppealForm, DeclarationForm, ReplyForm, ResumeForm } from './applications.forms.js';
import { ApplicationNotFound } from './applications.problems.js';
import { Decisions } from './decisions.js';
import { Intake } from './intake.js';
import { shownReference } from './reference.js';
import { firstOpen, stepBefore, stepsFor } from './steps.js';

const aDay = 86_400_000;

/** Checking, sending and following an application, and coming back to it from anywhere. */
@Public()
@ApiExcludeController()
@Controller('apply')
export class ApplySendingPages {
  constructor(
    private readonly applications: Applications,
    private readonly decisions: Decisions,
    private readonly links: ApplicationLinks,
    private readonly cards: CardLinks,
    private readonly intake: Intake,
    private readonly scheme: SchemeService,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly renderer: PageRenderer,
    private readonly settings: Settings,
  ) {}

  @Get('check')
  async check(@Req() request: FastifyRequest) {
    const application = await this.current(request);
    if (!application) return redirect('/apply');
    if (application.state !== 'draft') return redirect('/apply/status');
    const context = await this.intake.context(application.locale);
    const open = firstOpen(application.answers, context);
    return open ? redirect(`/apply/${open}`) : this.checkPage(request, application, {});
  }

  @Post('check')
  async send(@Req() request: FastifyRequest, @Body() body: unknown) {
    const application = await this.current(request);
    if (!application) return redirect('/apply', 303, { notice: 'applications:apply.begin-again' });
    if (application.state !== 'draft') return redirect('/apply/status');
    const read = await readForm(DeclarationForm, body);
    if (read.errors) return this.checkPage(request, application, read);
    const sent = await this.applications.submit(application.id);
    return redirect(sent ? '/apply/status' : '/apply/check');
  }

  /** What became of it; right after sending, this is the confirmation. */
  @Get('status')
  async status(@Req() request: FastifyRequest) {
    const application = await this.current(request);
    if (!application) return redirect('/apply');
    if (application.state === 'draft') return redirect('/apply/check');
    return this.statusPage(application, {});
  }

  /** Where a page with errors was, when somebody loads it again. */
  @Get(['reply', 'appeal', 'withdraw'])
  again() {
    return redirect('/apply/status');
  }

  @Post('reply')
  async reply(@Req() request: FastifyRequest, @Body() body: unknown) {
    const application = await this.sent(request);
    const read = await readForm(ReplyForm, body);
    if (read.errors) return this.statusPage(application, read);
    await this.decisions.reply(application.id, read.value.reply!);
    return redirect('/apply/status', 303, { notice: 'applications:status.reply-taken' });
  }

  @Post('appeal')
  async appeal(@Req() request: FastifyRequest, @Body() body: unknown) {
    const application = await this.sent(request);
    const read = await readForm(AppealForm, body);
    if (read.errors) return this.statusPage(application, read);
    await this.decisions.appeal(application.id, read.value.words!);
    return redirect('/apply/status', 303, { notice: 'applications:status.appeal-taken' });
  }

  @Post('withdraw')
  async withdraw(@Req() request: FastifyRequest) {
    const { id } = await this.sent(request);
    await this.decisions.withdraw(id, { kind: 'applicant', id });
    return redirect('/apply/status');
  }

  @Get('save')
  async save(@Req() request: FastifyRequest) {
    const application = await this.current(request);
    if (!application) return redirect('/apply');
    return this.savePage(application, {});
  }

  @Post('save')
  async sendLink(@Req() request: FastifyRequest, @Body() body: unknown) {
    const application = await this.current(request);
    if (!application) return redirect('/apply', 303, { notice: 'applications:apply.begin-again' });
    const read = await readForm(ResumeForm, body);
    if (read.errors) return this.savePage(application, read);
    await this.applications.sendLink(application, read.value);
    return redirect('/apply/save', 303, { notice: `applications:save.sent-${read.value.channel}` });
  }

  /** On a shared computer: this browser forgets the application, which itself stays. */
  @Post('leave')
  leave(@Res({ passthrough: true }) reply: FastifyReply) {
    dropCookie(reply, this.settings);
    return redirect('/apply', 303, { notice: 'applications:save.left' });
  }

  /**
   * The link to unsent answers only asks. Going on by itself would let anybody plant their own application in another
   * person's browser, and read what that person then types. That of a sent one leads on, unless it would put aside
   * answers that this browser has not sent.
   */
  @Get('resume/:token')
  async askToResume(
    @Req() request: FastifyRequest,
    @Param('token') token: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const application = await this.byToken(token);
    const held = await this.current(request);
    if (application.state !== 'draft' && held?.state !== 'draft') return this.goOn(reply, token, application);
    return page('applications/apply/resume', { first: application.answers.name?.first });
  }

  @Post('resume/:token')
  async resume(@Param('token') token: string, @Res({ passthrough: true }) reply: FastifyReply) {
    return this.goOn(reply, token, await this.byToken(token));
  }

  private async checkPage(request: FastifyRequest, application: Application, shown: PageModel) {
    const { answers, locale } = application;
    const context = await this.intake.context(locale);
    const words = this.renderer.wordsFor(request);
    return page('applications/apply/check', {
      ...shown,
      back: `/apply/${stepBefore(null, answers, context) ?? ''}`,
      rows: answerRows(answers, stepsFor(answers, context), words, true),
      suffix: isYoung(answers, context.policy, context.today) ? '-young' : '',
      ...servedBy(answers, await this.scheme.current()),
    });
  }

  private async statusPage(application: Application, shown: PageModel) {
    const { answers, state, decisionReason, decisionWords, question, appealedAt, appealDecidedAt } = application;
    return page('applications/apply/status', {
      ...shown,
      view: state,
      renewal: application.kind === 'renewal',
      titleKey: `applications:${application.kind === 'renewal' ? `renew.status.${state}` : `status.${state}.title`}`,
      reference: shownReference(application.reference),
      first: answers.name?.first,
      channel: answers.contact?.channel,
      question,
      reasonKey: decisionReason,
      decisionWords,
      appealedAt,
      appealDecidedAt,
      cardLink: await this.cardLink(application),
      ...servedBy(answers, await this.scheme.current()),
    });
  }

  /**
   * For a day after the decision this page leads to the card. Later, or once links to the card were ended because it was
   * lost, whoever still has this page open is no longer let in.
   */
  private async cardLink({ state, cardholderId, decidedAt }: Application): Promise<string | null> {
    if (state !== 'approved' || !cardholderId || !decidedAt) return null;
    if (this.clock.now().getTime() - decidedAt.getTime() > aDay) return null;
    const cardholder = await this.database.reader.findOneBy(Cardholder, { id: cardholderId });
    return cardholder?.linkVersion === 1 ? this.cards.urlFor(cardholder) : null;
  }

  private async savePage(application: Application, shown: PageModel) {
    const { contact } = application.answers;
    const { policy } = await this.intake.context();
    return page('applications/apply/save', {
      form: { contact: contact?.email ?? contact?.mobile ?? '' },
      ...shown,
      link: this.links.urlFor(application.id),
      days: policy.retention.draftApplications,
      until: application.expiresAt,
    });
  }

  private async goOn(reply: FastifyReply, token: string, { state }: Application) {
    const { policy } = await this.intake.context();
    keepCookie(reply, this.settings, token, policy.retention.draftApplications);
    return redirect(state === 'draft' ? '/apply/check' : '/apply/status', 303);
  }

  /** @throws ApplicationNotFound */
  private async byToken(token: string): Promise<Application> {
    const application = await this.links.open(token);
    if (!application) throw new ApplicationNotFound();
    return application;
  }

  private current(request: FastifyRequest): Promise<Application | null> {
    return this.links.open(readCookie(request, this.settings));
  }

  private async sent(request: FastifyRequest): Promise<Application> {
    const application = await this.current(request);
    if (!application || application.state === 'draft') throw new ApplicationNotFound();
    return application;
  }
}

import { Limits, Public } from '@carers/access';
import { ageOn } from '@carers/kernel';
import { page, PageRenderer, redirect } from '@carers/pages';
import { SchemeService } from '@carers/places';
import { Settings } from '@carers/settings';
import { InformationService } from '@carers/information-service';
import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Answers, channelsOf, isYoung } from './answers.js';
import { keepCookie, readCookie } from './application-cookie.js';
import type { Application } from './application.entity.js';
import { ApplicationLinks } from './application-links.js';
import { servedBy } from './application.presenter.js';
import { Applications } from './applications.js';
import { referrerCode } from './applications.forms.js';
import { ApplicationNotFound } from './applications.problems.js';
import { Intake } from './intake.js';
import { purposeOf, type Refusal, refusals, StepForms } from './step-forms.js';
import { firstOpen, mayShow, stepBefore, type StepContext, type StepName, stepNames } from './steps.js';

/** The questions of an application, one thing a page. Every answer is kept as it is given. */
@Public()
@ApiExcludeController()
@Controller('apply')
export class ApplyPages {
  constructor(
    private readonly applications: Applications,
    private readonly links: ApplicationLinks,
    private readonly forms: StepForms,
    private readonly intake: Intake,
    private readonly scheme: SchemeService,
    private readonly information: InformationService,
    private readonly renderer: PageRenderer,
    private readonly limits: Limits,
    private readonly settings: Settings,
  ) {}

  @Get()
  async start(@Req() request: FastifyRequest, @Query('ref') ref: unknown) {
    const under = await this.links.open(readCookie(request, this.settings));
    const { policy } = await this.intake.context();
    const { brand, regions, contact } = await this.scheme.current();
    return page('applications/apply/start', {
      underWay: under?.state === 'draft',
      sent: under !== null && under.state !== 'draft',
      form: { ref: referrerCode.safeParse(ref).data ?? '' },
      formerCarers: policy.eligibility.formerCarers,
      minimumAge: policy.eligibility.minimumAge,
      agreementUnder: policy.eligibility.agreementUnder,
      regions: regions.map(({ name }) => name).join('; '),
      brand: brand.name,
      hours: contact.phoneHours,
    });
  }

  @Post()
  async begin(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() body: { ref?: unknown },
  ) {
    await this.limits.count('application-address', request.ip);
    const code = referrerCode.safeParse(body?.ref);
    const locale = this.renderer.wordsFor(request).locale;
    const application = await this.applications.begin({ referrerCode: code.data ?? null, locale });
    await this.remember(reply, application);
    return redirect(`/apply/${stepNames[0]}`);
  }

  /** Who cannot have this card is told why, kindly, and where there is support all the same. */
  @Get('not-for-you')
  async notForYou(@Query('because') because: string) {
    const reason: Refusal = refusals.find((each) => each === because) ?? 'not-caring';
    const { carersServices, contact } = await this.scheme.current();
    return page('applications/apply/not-for-you', {
      reason,
      services: reason === 'elsewhere' ? [] : carersServices,
      phone: contact.phone,
    });
  }

  @Get(':step')
  async show(@Req() request: FastifyRequest, @Param('step') name: string, @Query('change') change: unknown) {
    const step = stepOf(name);
    const application = await this.draft(request);
    if (!application) return redirect('/apply');
    if (application.state !== 'draft') return redirect('/apply/status');
    const context = await this.intake.context(application.locale);
    if (!mayShow(step, application.answers, context)) {
      return redirect(`/apply/${firstOpen(application.answers, context) ?? 'check'}`);
    }
    return this.question(step, application, context, change === 'yes', {
      form: this.forms.filled(step, application.answers),
    });
  }

  @Post(':step')
  async answer(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('step') name: string,
    @Query('change') change: unknown,
    @Body() body: unknown,
  ) {
    const step = stepOf(name);
    const application = await this.draft(request);
    if (!application) return redirect('/apply', 303, { notice: 'applications:apply.begin-again' });
    if (application.state !== 'draft') return redirect('/apply/status');
    const context = await this.intake.context(application.locale);
    const open = firstOpen(application.answers, context);
    if (!mayShow(step, application.answers, context)) return redirect(`/apply/${open ?? 'check'}`);

    const read = await this.forms.read(step, body, application.answers, context);
    if ('refused' in read) return redirect(`/apply/not-for-you?because=${read.refused}`);
    if ('errors' in read) return this.question(step, application, context, change === 'yes', read);
    const { answers } = await this.applications.answer(application.id, read.kept);
    await this.remember(reply, application);
    return redirect(`/apply/${firstOpen(answers, context) ?? 'check'}`);
  }

  private async question(
    step: StepName,
    { answers, locale }: Application,
    context: StepContext,
    change: boolean,
    shown: Pick<Parameters<typeof page>[1] & object, 'form' | 'errors'>,
  ) {
    const before = stepBefore(step, answers, context);
    const young = isYoung(answers, context.policy, context.today);
    const scheme = await this.scheme.current();
    const purpose = purposeOf[step];
    return page(`applications/apply/${purpose ? 'consent' : step}`, {
      ...shown,
      step,
      back: change ? '/apply/check' : `/apply${before ? `/${before}` : ''}`,
      young,
      suffix: young ? '-young' : '',
      former: answers.caring === 'used_to',
      formerCarers: context.policy.eligibility.formerCarers,
      caresForSomeoneHere: context.policy.eligibility.caresForSomeoneHere,
      first: answers.name?.first,
      outside: answers.address?.outside,
      channel: answers.contact?.channel,
      age: answers.birthDate && ageOn(answers.birthDate, context.today),
      minimumAge: context.policy.eligibility.minimumAge,
      agreementUnder: context.policy.eligibility.agreementUnder,
      brand: scheme.brand.name,
      regions: scheme.regions.map(({ name }) => name).join('; '),
      ...servedBy(answers, scheme),
      ...(purpose && { purpose, asks: this.asks(purpose, answers, locale) }),
    });
  }

  /** One yes or no for each channel of a purpose, in the words of the wording in force. */
  private asks(purpose: string, answers: Answers, locale: string) {
    const wording = this.information.wording(locale).purposes.find((each) => each.purpose === purpose)!;
    const catalogue = wording.questionKey.split('.').slice(0, -2).join('.');
    return {
      about: `${catalogue}.about`,
      channelWords: `${catalogue}.channels.`,
      question: wording.questionKey,
      hint: wording.hintKey,
      channels: channelsOf(answers.contact!).filter((channel) => wording.channels.includes(channel)),
    };
  }

  private draft(request: FastifyRequest): Promise<Application | null> {
    return this.links.open(readCookie(request, this.settings));
  }

  private async remember(reply: FastifyReply, { id }: Application): Promise<void> {
    const { policy } = await this.intake.context();
    keepCookie(reply, this.settings, this.links.tokenFor(id), policy.retention.draftApplications);
  }
}

function stepOf(name: string): StepName {
  const step = stepNames.find((each) => each === name);
  if (!step) throw new ApplicationNotFound();
  return step;
}

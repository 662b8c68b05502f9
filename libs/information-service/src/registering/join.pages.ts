import { Limits, Public } from '@carers/access';
import { Ids, isUuid } from '@carers/kernel';
import { page, type PageModel, type PageResult, readForm, redirect, type RedirectResult } from '@carers/pages';
import { Body, Controller, Get, Post, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { InformationService } from '../information-service.js';
import { channels } from '../purposes.js';
import { consentBoxes, consentsOf, needsAgreement, type PersonContext, personForm, personOf } from './person.form.js';
import { SignUps } from './sign-ups.js';

/** Who told them of it, as leaflets and links say; what cannot be a code is as if it were not there. */
const referrerCode = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[A-Z0-9-]{3,20}$/)
  .optional()
  .catch(undefined);

const joinForm = personForm.extend({ ref: referrerCode });
const sendForm = joinForm.extend({ once: z.string().refine(isUuid), wording: z.string().max(80) });
type Sent = z.output<typeof joinForm>;

/** What the second page carries along for the third: a short form needs no draft. */
const carried = [
  'firstName',
  'lastName',
  'line1',
  'line2',
  'town',
  'postcode',
  'channel',
  'email',
  'mobile',
  'ref',
] as const;

/** A carer who wants no card signs up with the carers service of their place. Nobody is told whether they are known. */
@Public()
@Controller('carers-service')
export class JoinServicePages {
  constructor(
    private readonly signUps: SignUps,
    private readonly service: InformationService,
    private readonly limits: Limits,
    private readonly ids: Ids,
  ) {}

  @Get('join')
  show(@Query('ref') ref: unknown): Promise<PageResult> {
    return this.form({ form: { ref: referrerCode.parse(ref) ?? '' } });
  }

  @Post('join')
  async check(@Body() body: unknown): Promise<PageResult> {
    const typed = await readForm(joinForm, body);
    const context = await this.signUps.context();
    if (typed.errors) return this.form(typed);
    const read = personOf(typed.value, context);
    if (read.errors) return this.form({ form: typed.form, errors: read.errors });
    if (needsAgreement(read.person.birthDate, context)) return this.tooYoung(read.person.regionId, context);
    return this.checkPage(typed.value, read.person.regionId, context);
  }

  /** Back to the form, with everything that was typed. */
  @Post('join/change')
  async change(@Body() body: unknown): Promise<PageResult> {
    const { form } = await readForm(personForm, body);
    return this.form({ form });
  }

  @Post('join/send')
  async send(@Body() body: unknown, @Req() request: FastifyRequest): Promise<PageResult | RedirectResult> {
    const typed = await readForm(sendForm, body);
    const context = await this.signUps.context();
    if (typed.errors) return this.form(typed);
    const { value } = typed;
    const read = personOf(value, context);
    if (read.errors) return this.form({ form: typed.form, errors: read.errors });
    const { person } = read;
    if (needsAgreement(person.birthDate, context)) return this.tooYoung(person.regionId, context);
    // The words changed while the page was open: what was read then is not what would be written down now.
    if (value.wording !== this.service.wording(context.locale).version) {
      return this.checkPage(value, person.regionId, context);
    }
    await this.limits.count('carers-join-address', request.ip);
    await this.signUps.byThemselves({
      person,
      consents: consentsOf(value, person, context),
      source: value.ref ? { kind: 'referrer', code: value.ref } : { kind: 'web', code: null },
      how: 'web',
      actor: { kind: 'applicant', id: value.once },
      once: { door: 'join', key: value.once },
    });
    return redirect('/carers-service/joined');
  }

  @Get('joined')
  joined(): PageResult {
    return page('information-service/joined', {});
  }

  private async form(shown: PageModel): Promise<PageResult> {
    const { locale } = await this.signUps.context();
    const wording = this.service.wording(locale);
    return page('information-service/join', {
      ...shown,
      channels: [...channels],
      consentBoxes: [...consentBoxes],
      aboutKey: wording.aboutKey,
      questions: wording.purposes.map(({ questionKey, hintKey }) => ({ questionKey, hintKey })),
    });
  }

  private async checkPage(sent: Sent, regionId: string, context: PersonContext): Promise<PageResult> {
    const read = personOf(sent, context);
    const answers = read.person ? consentsOf(sent, read.person, context) : [];
    const [year, month, day] = sent.birthDate.split('-');
    const { name, phone } = await this.signUps.serviceOf(regionId);
    return page('information-service/join-check', {
      service: { name, phone },
      born: sent.birthDate,
      name: `${sent.firstName} ${sent.lastName}`,
      address: [sent.line1, sent.line2, sent.town, sent.postcode].filter(Boolean),
      channelKey: `information-service:registering.channel.${sent.channel}`,
      email: sent.email,
      mobile: sent.mobile,
      answers: answers.map(({ purpose, channel, given }) => ({
        purposeKey: `information-service:purposes.${purpose}`,
        channelKey: `information-service:by.${channel}`,
        answerKey: given ? 'pages:yes' : 'pages:no',
      })),
      hidden: [
        ...carried.map((field) => ({ field, value: sent[field] ?? '' })),
        { field: 'birthDate-day', value: day },
        { field: 'birthDate-month', value: month },
        { field: 'birthDate-year', value: year },
        ...sent.consents.map((value) => ({ field: 'consents', value })),
      ],
      once: this.ids.next(),
      wording: this.service.wording(context.locale).version,
    });
  }

  private async tooYoung(regionId: string, { policy }: PersonContext): Promise<PageResult> {
    const { name, phone } = await this.signUps.serviceOf(regionId);
    return page('information-service/join-young', {
      service: { name, phone },
      age: policy.eligibility.agreementUnder,
    });
  }
}

import { For, Who } from '@carers/access';
import { InformationService, scopeOf } from '@carers/information-service';
import {
  errorsOf,
  page,
  type PageModel,
  type PageResult,
  readForm,
  redirect,
  type RedirectResult,
} from '@carers/pages';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { readMobile } from '@carers/access';
import { SchemeService } from '@carers/places';
import { Referrers } from '../referrers.js';
import type { HandOver } from './hand-over.entity.js';
import { callForm, consentBoxes, registerForm } from './hand-over.forms.js';
import { HandOverWork, type HandOverView, handOverViews } from './hand-over-work.js';

const list = '/staff/information-service/hand-overs';

/** Carers who were handed over: whom to call, and what came of it. */
@For('carers_service_officer', 'administrator')
@ApiExcludeController()
@Controller('staff/information-service/hand-overs')
export class StaffHandOversPages {
  constructor(
    private readonly work: HandOverWork,
    private readonly referrers: Referrers,
    private readonly information: InformationService,
    private readonly schemes: SchemeService,
  ) {}

  @Get()
  async list(@Who() who: Who, @Query('view') asked: unknown, @Query('after') after: unknown): Promise<PageResult> {
    const view: HandOverView = handOverViews.find((each) => each === asked) ?? 'open';
    const scope = scopeOf(who);
    const [{ handOvers, next }, counts, { retention }] = await Promise.all([
      this.work.list(scope, view, typeof after === 'string' ? after : null),
      this.work.counts(scope),
      this.schemes.policyOn(),
    ]);
    const names = await this.referrers.named(handOvers.map(({ referrerId }) => referrerId));
    return page('referrers/staff/hand-overs', {
      view,
      views: [
        { view: 'open', count: counts.new + counts.called },
        { view: 'not_reached', count: counts.not_reached },
        { view: 'closed', count: counts.registered + counts.declined + counts.lapsed },
      ].map((each) => ({ ...each, href: `${list}?view=${each.view}`, here: each.view === view })),
      days: retention.handOvers,
      lines: handOvers.map((each) => ({ ...lineOf(each), referrer: names.get(each.referrerId) })),
      next,
      paged: typeof after === 'string',
    });
  }

  @Get(':id')
  async one(@Who() who: Who, @Param('id') id: string): Promise<PageResult> {
    return this.onePage(who, id, { form: {} });
  }

  @Post(':id/call')
  async call(@Who() who: Who, @Param('id') id: string, @Body() body: unknown): Promise<PageResult | RedirectResult> {
    const read = await readForm(callForm, body);
    if (read.errors) return this.onePage(who, id, read);
    const { outcome, calls } = read.value;
    const scope = scopeOf(who);
    if (outcome === 'declined') await this.work.close(id, 'declined', scope, who.actor());
    else await this.work.called(id, outcome, calls, scope, who.actor());
    const where = outcome === 'declined' ? list : `${list}/${id}`;
    return redirect(where, 303, { notice: `referrers:hand-overs.noted-${outcome}` });
  }

  @Get(':id/register')
  async askToRegister(@Who() who: Who, @Param('id') id: string): Promise<PageResult> {
    const { handOver } = await this.work.open(id, scopeOf(who), who.actor());
    const { firstName, lastName, email, postcode, phone } = handOver;
    const mobile = phone && readMobile(phone) ? phone : '';
    return this.registerPage(id, { form: { firstName, lastName, email, postcode, mobile } });
  }

  @Post(':id/register')
  @HttpCode(200)
  async register(
    @Who() who: Who,
    @Param('id') id: string,
    @Body() body: unknown,
  ): Promise<PageResult | RedirectResult> {
    const read = await readForm(registerForm, body);
    if (read.errors) {
      await this.work.open(id, scopeOf(who), who.actor());
      return this.registerPage(id, read);
    }
    try {
      await this.work.register(id, read.value, scopeOf(who), who.actor());
    } catch (problem) {
      const errors = errorsOf(problem);
      if (!errors) throw problem;
      return this.registerPage(id, { form: read.form, errors });
    }
    return redirect(list, 303, { notice: 'referrers:hand-overs.noted-registered' });
  }

  private registerPage(id: string, model: PageModel): PageResult {
    const wording = this.information.wording('en-GB');
    return page('referrers/staff/register', {
      ...model,
      back: `${list}/${id}`,
      consentBoxes: consentBoxes.map((value) => ({ value, label: `referrers:register.boxes.${value}` })),
      aboutKey: wording.aboutKey,
      questions: wording.purposes.map(({ questionKey, hintKey }) => ({ questionKey, hintKey })),
    });
  }

  private async onePage(who: Who, id: string, model: PageModel): Promise<PageResult> {
    const { handOver, calls } = await this.work.open(id, scopeOf(who), who.actor());
    const names = await this.referrers.named([handOver.referrerId]);
    const { referrers } = await this.schemes.policyOn();
    return page('referrers/staff/hand-over', {
      ...model,
      handOver: {
        ...lineOf(handOver),
        phone: handOver.phone,
        email: handOver.email,
        postcode: handOver.postcode,
        reasons: handOver.reasons.map((reason) => `referrers:reasons.${reason}`),
        givenBy: handOver.givenBy,
        givenAs: handOver.givenAs,
        agreedKey: `referrers:agreed-how.${handOver.agreedHow}`,
        wordingVersion: handOver.wordingVersion,
        closedAt: handOver.closedAt,
        callable: handOver.open,
        takeable: handOver.open || (handOver.state === 'not_reached' && !handOver.forgottenAt),
      },
      referrer: names.get(handOver.referrerId),
      most: referrers.callAttempts,
      calls: calls.map(({ number, at, outcome }) => ({ number, at, key: `referrers:hand-overs.outcome.${outcome}` })),
      noted: calls.length,
    });
  }
}

function lineOf(handOver: HandOver) {
  const { id, firstName, lastName, receivedAt, state, attempts, bestTime, forgottenAt } = handOver;
  return {
    id,
    href: `${list}/${id}`,
    name: forgottenAt ? null : `${firstName} ${lastName}`,
    receivedAt,
    stateKey: `referrers:states.${state}`,
    tag: tags[state],
    attempts,
    bestTimeKey: bestTime && `referrers:times.${bestTime}`,
  };
}

const tags: Readonly<Record<HandOver['state'], 'yes' | 'warn' | 'no'>> = {
  new: 'warn',
  called: 'warn',
  registered: 'yes',
  declined: 'no',
  not_reached: 'no',
  lapsed: 'no',
};

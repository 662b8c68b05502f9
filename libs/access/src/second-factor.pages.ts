import { page, type PageModel, readForm, redirect } from '@carers/pages';
import { Body, Controller, Get, Post, Query, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { SignedIn, Who } from './access.decorators.js';
import { secondFactorForm } from './access.forms.js';
import { Arrival } from './arrival.js';
import { sameSitePath } from './next-path.js';
import { SecondFactor } from './second-factor.js';
import { homeOf } from './viewer.js';

const setUp = '/sign-in/second-factor/set-up';

/** The second factor: set up once, given at each sign-in. */
@SignedIn()
@ApiExcludeController()
@Controller('sign-in/second-factor')
export class SecondFactorPages {
  constructor(
    private readonly secondFactor: SecondFactor,
    private readonly arrival: Arrival,
  ) {}

  @Get()
  async ask(@Who() who: Who, @Query('next') wanted: unknown) {
    const next = sameSitePath(wanted) ?? '';
    if (who.secondFactor) return redirect(next || homeOf(who));
    if (!(await this.secondFactor.isSet(who.accountId))) {
      return redirect(next ? `${setUp}?${new URLSearchParams({ next }).toString()}` : setUp);
    }
    return this.askPage(who, { form: { next } });
  }

  @Post()
  async check(@Who() who: Who, @Body() body: unknown, @Req() request: FastifyRequest) {
    const { value, errors, form } = await readForm(secondFactorForm, body, { secrets: ['code'] });
    if (errors) return this.askPage(who, { form, errors });
    if (!(await this.secondFactor.isSet(who.accountId))) return redirect(setUp);
    if (await this.secondFactor.check(who.accountId, value.code)) {
      return redirect(await this.arrival.confirm(request, who.accountId, value.next));
    }
    return this.askPage(who, { form, errors: wrongCode });
  }

  @Get('set-up')
  async show(@Who() who: Who, @Query('next') wanted: unknown) {
    if (await this.secondFactor.isSet(who.accountId)) return redirect('/sign-in/second-factor');
    return page('access/second-factor-set-up', {
      form: { next: sameSitePath(wanted) ?? '' },
      ...(await this.enrolment(who)),
    });
  }

  @Post('set-up')
  async confirm(@Who() who: Who, @Body() body: unknown, @Req() request: FastifyRequest) {
    if (await this.secondFactor.isSet(who.accountId)) return redirect('/sign-in/second-factor');
    const { value, errors, form } = await readForm(secondFactorForm, body, { secrets: ['code'] });
    if (!errors && (await this.secondFactor.check(who.accountId, value.code))) {
      return redirect(await this.arrival.confirm(request, who.accountId, value.next));
    }
    return page('access/second-factor-set-up', { form, errors: errors ?? wrongCode, ...(await this.enrolment(who)) });
  }

  private askPage(who: Who, model: PageModel) {
    const keys = { whyKey: `access:second-factor.${whom(who)}`, lostKey: `access:second-factor.lost-${whom(who)}` };
    return page('access/second-factor', { ...model, ...keys });
  }

  private async enrolment(who: Who) {
    const { secret, uri } = await this.secondFactor.enrolment(who.accountId);
    const { default: QRCode } = await import('qrcode');
    const picture = await QRCode.toString(uri, { type: 'svg', margin: 4, errorCorrectionLevel: 'M' });
    return {
      uri,
      whyKey: `access:set-up.${whom(who)}`,
      // In groups of four, as people read it out to themselves.
      secret: secret.replace(/(.{4})(?=.)/g, '$1 '),
      qr: `data:image/svg+xml;base64,${Buffer.from(picture).toString('base64')}`,
    };
  }
}

/** Whom the words are for: staff see other people's details, owners their own papers and payments. */
function whom(who: Who): 'staff' | 'owner' {
  return who.staff ? 'staff' : 'owner';
}

const wrongCode = [{ field: 'code', message: 'access:errors.second-factor-wrong' }];

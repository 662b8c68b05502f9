import { page, type PageResult, Public, readForm, redirect } from '@carers/pages';
import { Settings } from '@carers/settings';
import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { MaybeWho, type Who } from './access.decorators.js';
import { codeForm, signInForm } from './access.forms.js';
import { LinkNotUsable } from './access.problems.js';
import { Arrival } from './arrival.js';
import { sameSitePath } from './next-path.js';
import { SignIn } from './sign-in.js';
import { homeOf } from './viewer.js';

/** Signing in with a link or a code. Everything here looks the same whether or not a contact is known. */
@Public()
@ApiExcludeController()
@Controller('sign-in')
export class SignInPages {
  private readonly cookie: string;

  constructor(
    private readonly signIn: SignIn,
    private readonly arrival: Arrival,
    private readonly settings: Settings,
  ) {
    this.cookie = settings.https ? '__Host-sign-in' : 'sign-in';
  }

  @Get()
  show(@Query('next') wanted: unknown, @MaybeWho() who: Who | null) {
    const next = sameSitePath(wanted) ?? '';
    if (who) return redirect(next || homeOf(who));
    return page('access/sign-in', { form: { next } });
  }

  @Post()
  async ask(@Body() body: unknown, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const { value, errors, form } = await readForm(signInForm, body);
    if (errors) return page('access/sign-in', { form, errors });
    const secret = await this.signIn.ask(value.contact, value.next, request.ip);
    void reply.setCookie(this.cookie, secret, {
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure: this.settings.https,
      maxAge: 15 * 60,
    });
    return redirect('/sign-in/check');
  }

  @Get('check')
  askForCode(@Req() request: FastifyRequest) {
    return request.cookies[this.cookie] ? page('access/check') : redirect('/sign-in');
  }

  @Post('check')
  async check(@Body() body: unknown, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const secret = request.cookies[this.cookie];
    if (!secret) return redirect('/sign-in');
    const { value, errors } = await readForm(codeForm, body, { secrets: ['code'] });
    if (errors) return page('access/check', { errors });
    const answer = await this.signIn.enterCode(secret, value.code, request.ip);
    if (answer.outcome !== 'right') {
      return page('access/check', { errors: [{ field: 'code', message: `access:errors.code-${answer.outcome}` }] });
    }
    void reply.clearCookie(this.cookie, { path: '/' });
    return redirect(await this.arrival.signIn(request, answer.proved));
  }

  /** Only shows a button: programs that look at the links of a mail must not use them up. */
  @Get('link/:token')
  async showLink(@Param('token') token: string) {
    return (await this.signIn.isLinkOpen(token)) ? page('access/link') : notUsable();
  }

  @Post('link/:token')
  async followLink(
    @Param('token') token: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    try {
      const proved = await this.signIn.followLink(token);
      void reply.clearCookie(this.cookie, { path: '/' });
      return redirect(await this.arrival.signIn(request, proved));
    } catch (problem) {
      if (problem instanceof LinkNotUsable) return notUsable();
      throw problem;
    }
  }
}

function notUsable(): PageResult {
  return page('access/link-not-usable', {}, { status: 404 });
}

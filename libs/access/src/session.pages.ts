import { page, redirect } from '@carers/pages';
import { Settings } from '@carers/settings';
import { Controller, Get, Param, ParseUUIDPipe, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public, SignedIn, Who } from './access.decorators.js';
import { sessionCookieName } from './configure-access.js';
import { staffRoles } from './roles.js';
import { Sessions } from './sessions.js';

/** Seeing and ending one's own sign-ins. */
@SignedIn()
@ApiExcludeController()
@Controller()
export class SessionPages {
  constructor(
    private readonly sessions: Sessions,
    private readonly settings: Settings,
  ) {}

  @Get('account/sessions')
  async list(@Who() who: Who) {
    const sessions = await this.sessions.of(who.accountId);
    const lines = sessions.map((session) => ({ ...session, current: session.id === who.sessionId }));
    const back = who.hasAnyRole(staffRoles) ? '/staff' : who.hasAnyRole(['business_owner']) ? '/business' : '/account';
    return page('access/sessions', { sessions: lines, several: lines.length > 1, back });
  }

  @Post('account/sessions/end-others')
  async endOthers(@Who() who: Who) {
    await this.sessions.endOthers(who.accountId, who.sessionId);
    return redirect('/account/sessions', 303, { notice: 'access:sessions.others-ended' });
  }

  @Post('account/sessions/:id/end')
  async end(@Who() who: Who, @Param('id', ParseUUIDPipe) id: string) {
    if (id === who.sessionId) return redirect('/sign-out');
    await this.sessions.end(who.accountId, id);
    return redirect('/account/sessions', 303, { notice: 'access:sessions.ended' });
  }

  @Public()
  @Get('sign-out')
  ask(@Req() request: FastifyRequest) {
    return request.who ? page('access/sign-out') : redirect('/');
  }

  @Public()
  @Post('sign-out')
  async signOut(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    if (request.who) {
      await this.sessions.endThis(request);
      // Whatever the browser kept of these pages goes with it (ASVS 5.0, 14.3.1). Not its storage: a till on the same
      // telephone keeps what it has not yet sent there. The card kept for use without signal goes by `data-forget`.
      void reply.header('clear-site-data', '"cache"');
    }
    void reply.clearCookie(sessionCookieName(this.settings), { path: '/' });
    return redirect('/', 303, { notice: 'access:sign-out.done' });
  }
}

import { type CanActivate, type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { FormExpired } from './pages.problems.js';

const NO_CSRF = 'pages:no-csrf';
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** This route takes no cookie into account, so a request forged by another site gains nothing (RFC 8058 and the like). */
export const NoCsrf = () => SetMetadata(NO_CSRF, true);

/**
 * Every request that can change something must carry the token of a form of ours (OWASP: double submit cookie).
 * The API and webhooks are left out, for they know their callers by key or signature and never by cookie.
 */
@Injectable()
export class CsrfGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (SAFE.has(request.method) || /^\/(api|webhooks)\//.test(request.url)) return true;
    if (this.reflector.getAllAndOverride<boolean>(NO_CSRF, [context.getHandler(), context.getClass()])) return true;
    if (request.headers['sec-fetch-site'] === 'cross-site' || !(await tokenFits(request))) throw new FormExpired();
    return true;
  }
}

/** The plugin answers by itself; here its answer becomes a yes or no, and the problem filter speaks to the person. */
function tokenFits(request: FastifyRequest): Promise<boolean> {
  return new Promise((resolve) => {
    const reply = { send: () => resolve(false) } as unknown as FastifyReply;
    request.server.csrfProtection(request, reply, () => resolve(true));
  });
}

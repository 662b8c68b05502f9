import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { mergeMap, type Observable } from 'rxjs';
import { PageRenderer } from './page-renderer.js';
import { PageResult, RedirectResult } from './page-result.js';
import { PERMITS, type Permissions } from './policy.js';

/** Renders what a page's controller returns: `page(…)` or `redirect(…)`. Anything else passes untouched. */
@Injectable()
export class PageInterceptor implements NestInterceptor {
  constructor(
    private readonly renderer: PageRenderer,
    private readonly reflector: Reflector,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http') return next.handle();
    return next.handle().pipe(
      mergeMap(async (result: unknown) => {
        const reply = context.switchToHttp().getResponse<FastifyReply>();
        if (result instanceof RedirectResult) return this.renderer.redirect(result, reply);
        if (!(result instanceof PageResult)) return result;
        const request = context.switchToHttp().getRequest<FastifyRequest>();
        request.policy.permissions = this.reflector.getAllAndMerge<Permissions>(PERMITS, [
          context.getHandler(),
          context.getClass(),
        ]);
        return this.renderer.page(result, request, reply);
      }),
    );
  }
}

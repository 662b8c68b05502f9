import { PUBLIC } from '@carers/pages';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { ALLOWED, type Allowed, SECOND_FACTOR } from './access.decorators.js';
import { NotAllowed, NotSignedIn, SecondFactorNeeded } from './access.problems.js';
import './request.js';
import type { Who } from './who.js';

/**
 * Decides on every route: open only where it says `@Public()`, or names who it is for and that person asks. Roles are
 * read from the database with the session on each request, so taking one away bites at once.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const who = context.switchToHttp().getRequest<FastifyRequest>().who ?? null;

    // What stands on the method wins over what stands on its class, in both directions.
    for (const target of [context.getHandler(), context.getClass()]) {
      if (this.reflector.get<boolean>(PUBLIC, target)) return true;
      const allowed = this.reflector.get<Allowed | undefined>(ALLOWED, target);
      if (!allowed) continue;
      const targets = [context.getHandler(), context.getClass()];
      this.check(who, allowed, this.reflector.getAllAndOverride<boolean | undefined>(SECOND_FACTOR, targets));
      return true;
    }
    throw who ? new NotAllowed() : new NotSignedIn();
  }

  private check(who: Who | null, allowed: Allowed, secondFactor: boolean | undefined): void {
    if (!who) throw new NotSignedIn();
    if (allowed.length > 0 && !who.hasAnyRole(allowed)) {
      throw who.couldHave(allowed) ? new SecondFactorNeeded() : new NotAllowed();
    }
    if (secondFactor && !who.secondFactor) throw new SecondFactorNeeded();
  }
}

import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Accounts } from './accounts.js';
import { Sessions } from './sessions.js';
import type { Proved } from './sign-in.js';
import { homeOf } from './viewer.js';
import { Who } from './who.js';

/** What happens once somebody has proved who they are: a session begins, and they are led on. */
@Injectable()
export class Arrival {
  constructor(
    private readonly accounts: Accounts,
    private readonly sessions: Sessions,
  ) {}

  /** Begins a session after the first factor. @returns where to go: staff give their second factor first */
  async signIn(request: FastifyRequest, { accountId, nextPath }: Proved): Promise<string> {
    await this.sessions.begin(request, accountId);
    const who = await this.whoIs(accountId, false);
    const next = nextPath || homeOf(who);
    return who.staff ? `/sign-in/second-factor?${new URLSearchParams({ next }).toString()}` : next;
  }

  /** Begins a session anew after the second factor. @returns where to go */
  async confirm(request: FastifyRequest, accountId: string, nextPath: string): Promise<string> {
    await this.sessions.begin(request, accountId, true);
    return nextPath || homeOf(await this.whoIs(accountId, true));
  }

  private async whoIs(accountId: string, secondFactor: boolean): Promise<Who> {
    const { name, locale, roles } = await this.accounts.card(accountId);
    return new Who({ accountId, sessionId: '', name, locale, held: roles, secondFactor });
  }
}

import { PageRenderer, PagesOptions, ProblemFilter, redirect } from '@carers/pages';
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { NotSignedIn, SecondFactorNeeded } from './access.problems.js';
import { sameSitePath } from './next-path.js';

/** Leads people to the sign-in page, or to their second factor, and back to where they wanted to go. Machines get the problem. */
@Catch(NotSignedIn, SecondFactorNeeded)
export class SignInFilter implements ExceptionFilter {
  private readonly problems: ProblemFilter;

  constructor(
    private readonly pages: PageRenderer,
    options: PagesOptions,
  ) {
    this.problems = new ProblemFilter(pages, options);
  }

  async catch(problem: NotSignedIn | SecondFactorNeeded, host: ArgumentsHost): Promise<void> {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    if (!isPage(request)) return this.problems.catch(problem, host);
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const where = problem instanceof NotSignedIn ? '/sign-in' : '/sign-in/second-factor';
    // Only an address that can be opened again; what a form sent is gone.
    const next = request.method === 'GET' ? sameSitePath(request.url) : null;
    const url = next ? `${where}?${new URLSearchParams({ next }).toString()}` : where;
    await reply.send(this.pages.redirect(redirect(url), reply));
  }
}

function isPage({ url, headers }: FastifyRequest): boolean {
  if (/^\/(api|webhooks|health|\.well-known)\//.test(url)) return false;
  const accept = headers.accept ?? '';
  return !/\bjson\b/.test(accept) || accept.includes('text/html');
}

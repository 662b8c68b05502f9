import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import { InvalidInput, Problem } from '@carers/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { formErrors } from './fields.js';
import { PageRenderer } from './page-renderer.js';
import { page } from './page-result.js';
import { PagesOptions } from './pages-options.js';
import { SLUG_OF_STATUS, STATUS_OF, UnreadableText } from './pages.problems.js';
import { sentForm } from './sent-form.js';
import type { Words } from './words.js';

/** What went wrong, in the terms of RFC 9457 and in words for a person. */
interface Account {
  status: number;
  slug: string;
  title: string;
  help: string;
  reference?: string;
  errors?: { field: string; message: string }[];
  extra?: Readonly<Record<string, unknown>>;
  retryAfter?: number;
}

/** What has to be known of a request to tell what went wrong with it. */
export type AskedRequest = Pick<FastifyRequest, 'id' | 'method' | 'url' | 'locale'> & {
  routeOptions?: { url?: string | undefined };
};

/** An answer that tells a machine what went wrong. */
export interface ProblemAnswer {
  status: number;
  headers: Record<string, string>;
  /** Problem details (RFC 9457) as JSON. */
  body: string;
}

/**
 * The only place where something that went wrong becomes an HTTP answer: problem details (RFC 9457) for machines, a
 * page for people. What is neither a Problem nor a refusal by the framework is a 500 that tells nothing but a
 * reference; the log has the rest under the same reference.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly log = new Logger('Problem');

  constructor(
    private readonly renderer: PageRenderer,
    private readonly options: PagesOptions,
  ) {}

  async catch(error: unknown, host: ArgumentsHost): Promise<void> {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    await this.answer(error, request, host.switchToHttp().getResponse<FastifyReply>());
  }

  /** Answers a request with what went wrong. */
  async answer(error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (reply.sent) return;
    for (const name of ['etag', 'content-disposition', 'content-encoding', 'content-length']) reply.removeHeader(name);
    if (wantsJson(request)) {
      const { status, headers, body } = this.details(error, request);
      await reply.status(status).headers(headers).send(body);
      return;
    }
    const words = this.renderer.wordsFor(request);
    const account = this.account(error, request, words);
    reply.headers(headersOf(account));
    const html = await this.html(account, error, request, reply, words);
    await reply.status(account.status).type('text/html; charset=utf-8').send(html);
  }

  /** The same for machines, also where no Fastify answers. */
  details(error: unknown, request: AskedRequest): ProblemAnswer {
    const account = this.account(error, request, this.renderer.wordsFor(request));
    const headers = { ...headersOf(account), 'content-type': 'application/problem+json; charset=utf-8' };
    return { status: account.status, headers, body: asProblemDetails(account, request) };
  }

  private account(error: unknown, request: AskedRequest, words: Words): Account {
    if (error instanceof Problem) {
      const key = `${error.room}:problems.${error.slug}`;
      return {
        status: STATUS_OF[error.kind],
        slug: error.slug,
        title: words.t(key, error.params),
        help: words.has(`${key}-help`) ? words.t(`${key}-help`, error.params) : '',
        extra: error.extra,
        ...(error.retryAfter !== undefined && { retryAfter: error.retryAfter }),
        ...((error instanceof InvalidInput || error instanceof UnreadableText) && {
          errors: error.errors.map((each) => ({
            field: each.field,
            message: words.keyOrText(each.message, each.params),
          })),
        }),
      };
    }
    if (error instanceof HttpException && error.getStatus() < 500) {
      const status = error.getStatus();
      const slug = SLUG_OF_STATUS[status] ?? 'request-refused';
      const key = `pages:problems.${slug}`;
      return { status, slug, title: words.t(key), help: words.has(`${key}-help`) ? words.t(`${key}-help`) : '' };
    }
    const account = this.unexpected(error, request, words);
    return this.options.isOutage(error) ? this.outage(account, words) : account;
  }

  /** Nothing is wrong with the request: it may be sent again as it is. */
  private outage({ reference }: Account, words: Words): Account {
    const key = 'pages:problems.not-available';
    return {
      status: 503,
      slug: 'not-available',
      title: words.t(key),
      help: words.t(`${key}-help`),
      ...(reference && { reference }),
      retryAfter: 10,
    };
  }

  private unexpected(error: unknown, request: AskedRequest, words: Words): Account {
    const reference = String(request.id);
    const told = error instanceof Error ? error : new Error(String(error));
    this.log.error(
      `${request.method} ${request.routeOptions?.url ?? 'unknown'} failed, reference ${reference}: ${told.message}`,
      told.stack,
    );
    return {
      status: 500,
      slug: 'unexpected',
      title: words.t('pages:problems.unexpected'),
      help: words.t('pages:problems.unexpected-help'),
      reference,
    };
  }

  /** The error page; a bare one if even that fails, for instance while the database is away. */
  private async html(account: Account, error: unknown, request: FastifyRequest, reply: FastifyReply, words: Words) {
    const errors = error instanceof InvalidInput ? formErrors(error.errors, words).map(({ text }) => text) : [];
    try {
      const again = account.slug === 'not-available' ? sentForm(request) : null;
      const model = { ...account, errors: undefined, messages: errors, notFound: account.status === 404, again };
      return await this.renderer.page(page('pages/problem', model), request, reply);
    } catch (failure) {
      this.log.error(
        'The error page could not be rendered',
        failure instanceof Error ? failure.stack : String(failure),
      );
      const [title, help] = [account.title, account.help].map((text) => text.replace(/[<>&]/g, ''));
      return `<!doctype html><html lang="${words.locale}"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1><p>${help} ${account.reference ?? ''}</p></html>`;
    }
  }
}

function headersOf({ retryAfter }: Account): Record<string, string> {
  const wait = retryAfter !== undefined && { 'retry-after': String(Math.ceil(retryAfter)) };
  return { 'cache-control': 'no-store', ...wait };
}

function asProblemDetails(account: Account, request: AskedRequest): string {
  const { slug, title, status, help, reference, errors, extra } = account;
  return JSON.stringify({
    ...extra,
    type: `/problems/${slug}`,
    title,
    status,
    ...(help && { detail: help }),
    instance: request.url.split('?', 1)[0],
    ...(reference && { reference }),
    ...(errors && { errors }),
  });
}

/** Machines: the API and its neighbours, and whoever asks for JSON and not for HTML. */
function wantsJson(request: FastifyRequest): boolean {
  if (/^\/(api|webhooks|health|\.well-known)\//.test(request.url)) return true;
  const accept = request.headers.accept ?? '';
  return /\bjson\b/.test(accept) && !accept.includes('text/html');
}

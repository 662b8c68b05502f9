import { Injectable } from '@nestjs/common';
import { Settings } from '@carers/settings';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import { Assets } from './assets.js';
import { BrandSource } from './brand.js';
import { keepNotice, takeNotice } from './notice-cookie.js';
import type { PageResult, RedirectResult } from './page-result.js';
import { dirOf, Translations } from './translations.js';
import type { ViewContext } from './view-context.js';
import { Views } from './views.js';
import type { Words } from './words.js';

/** Turns what a controller returned into an answer: HTML with its headers, or a redirection. */
@Injectable()
export class PageRenderer {
  constructor(
    private readonly settings: Settings,
    private readonly translations: Translations,
    private readonly views: Views,
    private readonly assets: Assets,
    private readonly brands: BrandSource,
  ) {}

  /** The words of the language this person reads. */
  wordsFor(request: Pick<FastifyRequest, 'locale'>): Words {
    return this.translations.in(request.locale ?? this.settings.defaultLocale);
  }

  /** Sets status and headers, and returns the HTML (nothing for a 304). */
  async page(result: PageResult, request: FastifyRequest, reply: FastifyReply): Promise<string> {
    const { options, model, template } = result;
    const context = await this.contextFor(request, reply);
    // One token for all forms of a page: for a browser without the cookie each new one would end the one before.
    let token: string | null = null;
    const html = this.views.render(template, model, {
      ...context,
      csrfToken: () => (token ??= reply.generateCsrf()),
    });
    reply.status(options.status ?? (model.errors?.length ? 422 : 200));
    reply.type('text/html; charset=utf-8');
    for (const [name, value] of Object.entries(options.headers ?? {})) reply.header(name, value);
    const shared = options.publicFor !== undefined && token === null && !context.viewer && !context.notice;
    return shared ? this.shared(html, options.publicFor!, request, reply) : html;
  }

  /** Sets status and address, and keeps the notice for the page to come. */
  redirect(result: RedirectResult, reply: FastifyReply): string {
    if (result.notice) keepNotice(reply, result.notice, this.settings.https);
    reply.status(result.status).header('location', result.url);
    return '';
  }

  /** What templates find as `@page`. */
  private async contextFor(request: FastifyRequest, reply: FastifyReply): Promise<ViewContext> {
    const words = this.wordsFor(request);
    const path = request.url.split('?', 1)[0]!;
    const { policy } = request;
    return {
      words,
      locale: words.locale,
      dir: dirOf(words.locale),
      brand: await this.brands.current(),
      publicUrl: this.settings.publicUrl,
      path,
      canonical: this.settings.publicUrl + path,
      viewer: request.viewer ?? null,
      notice: takeNotice(request, reply, words),
      nonce: () => policy.nonce(),
      csrfToken: () => reply.generateCsrf(),
      asset: (name) => this.assets.url(name),
      allowInline: (kind, hash) => void (kind === 'style' ? policy.styles : policy.scripts).add(hash),
      said: {},
    };
  }

  /** A page that is the same for everybody: others may keep it, and ask whether it changed. */
  private shared(html: string, seconds: number, request: FastifyRequest, reply: FastifyReply): string {
    const etag = `W/"${createHash('sha256').update(html).digest('base64url').slice(0, 27)}"`;
    reply.header('cache-control', `public, max-age=${seconds}`).header('etag', etag);
    // Signed-in people get other headers; a shared cache must not give them this copy, nor others theirs.
    reply.header('vary', 'Cookie');
    if (request.headers['if-none-match'] !== etag) return html;
    reply.status(304);
    return '';
  }
}

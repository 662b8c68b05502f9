import { PageRenderer, PagesOptions } from '@carers/pages';
import type { Settings } from '@carers/settings';
import session from '@fastify/session';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { SessionStore, sessionLimits } from './session-store.js';
import './request.js';
import { SessionSigner } from './session-signer.js';
import { SignInFilter } from './sign-in.filter.js';
import { viewerOf } from './viewer.js';
import { Who } from './who.js';

/** The session cookie. `__Host-` lets no neighbouring host plant one, but needs TLS (RFC 6265bis). */
export function sessionCookieName(settings: Settings): string {
  return settings.https ? '__Host-session' : 'session';
}

/**
 * Sessions, and the way to the sign-in page. Call it after `configureHttp` and before `app.init()`. Nobody gets a
 * cookie before signing in.
 */
export async function configureAccess(app: NestFastifyApplication, settings: Settings): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.decorateRequest('who', undefined);
  await app.register(
    session as never,
    {
      secret: new SessionSigner(settings.sessionSecret),
      cookieName: sessionCookieName(settings),
      saveUninitialized: false,
      rolling: false,
      store: app.get(SessionStore),
      cookie: {
        path: '/',
        httpOnly: true,
        sameSite: 'lax',
        // The plugin drops a cookie with `true` where this process itself speaks plain HTTP, as it does behind a proxy
        // that nobody told it to trust. What people type in the address bar decides, and that is PUBLIC_URL.
        secure: settings.https ? 'always' : false,
        // Only the browser's own forgetting; the store holds the real limits.
        maxAge: sessionLimits.others.absolute,
      },
    } as never,
  );
  // On every request, so that error pages too know who looks at them.
  const pages = app.get(PageRenderer);
  fastify.addHook('preValidation', (request, _reply, done) => {
    const who = whoAsks(request);
    request.who = who;
    if (who) {
      if (who.locale) request.locale = who.locale;
      request.viewer = viewerOf(who, pages.wordsFor(request));
    }
    done();
  });
  // Last in, first asked: before the filter that shows problems.
  app.useGlobalFilters(new SignInFilter(pages, app.get(PagesOptions)));
}

function whoAsks({ session: found }: FastifyRequest): Who | null {
  if (!found?.accountId || !found.id) return null;
  return new Who({
    accountId: found.accountId,
    sessionId: found.id,
    name: found.name ?? '',
    locale: found.locale ?? '',
    held: found.held ?? [],
    secondFactor: found.secondFactor ?? false,
  });
}

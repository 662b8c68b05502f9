import { PageRenderer } from '@carers/pages';
import type { Settings } from '@carers/settings';
import session from '@fastify/session';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SessionStore, sessionLimits } from './session-store.js';
import { SignInFilter } from './sign-in.filter.js';

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
      secret: settings.sessionSecret,
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
  // Last in, first asked: before the filter that shows problems.
  app.useGlobalFilters(new SignInFilter(app.get(PageRenderer)));
}

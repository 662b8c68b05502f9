import type { Settings } from '@carers/settings';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** `__Host-` lets no neighbouring host plant one, but needs TLS (RFC 6265bis). */
function nameOf(settings: Settings): string {
  return settings.https ? '__Host-application' : 'application';
}

/** The token of the application that this browser is about. */
export function readCookie(request: FastifyRequest, settings: Settings): string | undefined {
  return request.cookies?.[nameOf(settings)];
}

/** @param days how long this browser remembers it; the server's own limit counts all the same */
export function keepCookie(reply: FastifyReply, settings: Settings, token: string, days: number): void {
  void reply.setCookie(nameOf(settings), token, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: settings.https,
    maxAge: days * 86_400,
  });
}

export function dropCookie(reply: FastifyReply, settings: Settings): void {
  void reply.clearCookie(nameOf(settings), { path: '/', secure: settings.https });
}

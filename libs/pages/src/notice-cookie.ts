import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Notice } from './page-result.js';
import { looksLikeKey, type Words } from './words.js';

const NAME = 'notice';

/** Keeps a notice for the next page, in the person's own browser, for two minutes. */
export function keepNotice(reply: FastifyReply, notice: Notice, https: boolean): void {
  const value = Buffer.from(JSON.stringify(notice)).toString('base64url');
  void reply.setCookie(NAME, value, { path: '/', httpOnly: true, sameSite: 'lax', secure: https, maxAge: 120 });
}

/** The notice to show now, which is then forgotten. A cookie is anybody's text: only known keys count. */
export function takeNotice(request: FastifyRequest, reply: FastifyReply, words: Words): Notice | null {
  const value = request.cookies?.[NAME];
  if (!value) return null;
  void reply.clearCookie(NAME, { path: '/' });
  try {
    const { key, params = {} } = JSON.parse(Buffer.from(value, 'base64url').toString()) as Notice;
    const simple = Object.values(params).every((each) => typeof each === 'string' || typeof each === 'number');
    return typeof key === 'string' && looksLikeKey(key) && words.has(key) && simple ? { key, params } : null;
  } catch {
    return null;
  }
}

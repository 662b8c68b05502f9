import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** What goes with a finished answer. */
export interface Kept {
  type: string;
  cacheControl: string;
  /** Pages of other sites may show it, or read it where it is text. */
  elsewhere?: 'shown' | 'read';
}

/** Sends finished bytes, or nothing to whoever has them already (RFC 9110, section 13.1.2). */
export function answer<Body extends string | Buffer>(
  request: FastifyRequest,
  reply: FastifyReply,
  body: Body,
  { type, cacheControl, elsewhere }: Kept,
): Body | '' {
  const etag = `W/"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;
  reply.header('cache-control', cacheControl).header('etag', etag).type(type);
  if (elsewhere) reply.header('cross-origin-resource-policy', 'cross-origin');
  if (elsewhere === 'read') reply.header('access-control-allow-origin', '*');
  const known = request.headers['if-none-match']?.split(',').map((tag) => tag.trim());
  if (!known?.includes(etag) && !known?.includes('*')) return body;
  reply.status(304);
  return '';
}

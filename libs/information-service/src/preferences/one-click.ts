import type { FastifyInstance } from 'fastify';

const oneClickPath = /^\/preferences\/[^/?]+\/unsubscribe(\?|$)/;

/**
 * Lets the one-click address take any body that mail programs send: urlencoded, multipart or empty (RFC 8058, section
 * 3.2). It is read as plain text, within the usual limit, and not looked at.
 */
export function takeAnyOneClickBody(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const { method, url, headers } = request.raw;
    if (method === 'POST' && oneClickPath.test(url ?? '') && headers['content-type'] !== undefined) {
      headers['content-type'] = 'text/plain';
    }
    done();
  });
}

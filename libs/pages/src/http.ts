import compress from '@fastify/compress';
import cookie from '@fastify/cookie';
import csrf from '@fastify/csrf-protection';
import statics from '@fastify/static';
import { SystemChance } from '@carers/kernel';
import type { Settings } from '@carers/settings';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyServerOptions, RawServerDefault } from 'fastify';
import { existsSync } from 'node:fs';
import { constants } from 'node:zlib';
import { Assets } from './assets.js';
import { checkReadable } from './clean-input.js';
import { ResponsePolicy } from './policy.js';
import { securityHeaders } from './security-headers.js';
import { takeFiles } from './uploads/take-files.js';
import type { Viewer } from './view-context.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The signed-in person for the page's header, if any. */
    viewer?: Viewer;
    /** The language this person reads, where it is not the scheme's own. */
    locale?: string;
    /** What this response's security policy has to allow. */
    policy: ResponsePolicy;
  }
}

const chance = new SystemChance();

/** What bounds every request, and how it is named. */
export function httpLimits(settings: Settings) {
  return {
    // An address in X-Forwarded-For is believed only from these.
    trustProxy: settings.trustedProxies.length ? [...settings.trustedProxies] : false,
    bodyLimit: 256 * 1024,
    // For the whole of a request to arrive; Fastify's own default lets a slow sender hold a connection for ever.
    requestTimeout: 60_000,
    // A reference that can be read out on the telephone.
    genReqId: () => chance.digits(10),
    requestIdHeader: false,
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
  } as const satisfies FastifyServerOptions;
}

/** Zod checks what comes in. Fastify's own schemas, which no route has, would load two compilers at each start. */
function noSchemas(): never {
  throw new Error('Routes have zod schemas, not schemas of Fastify.');
}

/** Nest's Fastify with our limits. `extra` is for the logger. */
export function createHttpAdapter(settings: Settings, extra: FastifyServerOptions = {}): FastifyAdapter {
  return new FastifyAdapter<RawServerDefault>({
    ...httpLimits(settings),
    // The text of a card's QR, about 200 characters, is one part of a path.
    routerOptions: { maxParamLength: 600 },
    // An address that cannot be decoded names nothing; as an unknown one it gets the same page and headers as others.
    rewriteUrl: ({ url = '/' }) => (isDecodable(url) ? url : '/address-that-cannot-be-read'),
    ...extra,
  });
}

/** Cookies, form tokens, static files, compression and the security headers. Call it before `app.init()`. */
export async function configureHttp(app: NestFastifyApplication, settings: Settings): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.decorateRequest('viewer', undefined);
  fastify.decorateRequest('locale', undefined);
  fastify.decorateRequest('policy', null as unknown as ResponsePolicy);
  fastify.addHook('onRequest', (request, _reply, done) => {
    request.policy = new ResponsePolicy(() => chance.bytes(16).toString('base64'));
    done();
  });

  await app.register(
    compress as never,
    {
      threshold: 1024,
      // Nobody sends us compressed bodies, and what cannot be unpacked would look like a fault of ours.
      globalDecompression: false,
      encodings: ['br', 'gzip', 'identity'],
      // Quality 4 costs a fraction of the default 11 and is within a few per cent of its size.
      brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } },
    } as never,
  );
  await app.register(cookie as never);
  await app.register(
    csrf as never,
    {
      cookieKey: settings.https ? '__Host-form' : 'form',
      cookieOpts: { path: '/', httpOnly: true, sameSite: 'lax', secure: settings.https },
      logLevel: 'debug',
    } as never,
  );

  takeFiles(fastify as never);

  const { folder } = app.get(Assets);
  if (existsSync(folder)) {
    await app.register(
      statics as never,
      {
        root: folder,
        prefix: '/assets/',
        // Names carry a hash of the content, so a copy is good for ever.
        immutable: true,
        maxAge: '365d',
        index: false,
        preCompressed: true,
        decorateReply: false,
      } as never,
    );
  }

  fastify.addHook('preValidation', (request, _reply, done) => {
    checkReadable(request.params, request.query, request.body);
    done();
  });
  const always = securityHeaders(settings);
  fastify.addHook('onSend', (request, reply, _payload, done) => {
    for (const [name, value] of always) if (!reply.hasHeader(name)) reply.header(name, value);
    const policy = request.policy ?? new ResponsePolicy(() => '');
    if (!reply.hasHeader('content-security-policy'))
      reply.header('content-security-policy', policy.csp(settings.https));
    reply.header('permissions-policy', policy.permissionsPolicy());
    done();
  });
}

function isDecodable(url: string): boolean {
  if (!url.includes('%')) return true;
  try {
    decodeURI(url.split('?', 1)[0]!);
    return true;
  } catch {
    return false;
  }
}

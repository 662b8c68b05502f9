import { withOrigin } from '@carers/audit';
import { InvalidInput } from '@carers/kernel';
import {
  checkReadable,
  fieldErrors,
  httpLimits,
  PageRenderer,
  PagesOptions,
  plainHeaders,
  ProblemFilter,
} from '@carers/pages';
import type { Settings } from '@carers/settings';
import type { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import type { z } from 'zod';
import { Redemptions } from './redemptions.js';
import { redemptionRequest, validationRequest } from './till-forms.js';
import { keyHashIn, looksLikeTillKey } from './till-key.js';
import { Validations } from './validations.js';

/**
 * A shorter way to the two requests that tills wait for (`docs/adr/0009`): a second Fastify on the same server, with the
 * same limits, schemas, problems and headers as those of `TillApiController`, and without what a till has no use for:
 * cookies, sessions, forms, compression and Nest's own pipeline. All that is not plainly a till goes the ordinary way.
 */
export async function openTillLane(app: NestFastifyApplication, settings: Settings): Promise<void> {
  const lane = laneOf(app, settings);
  await lane.ready();
  const ordinary = app.getHttpAdapter().getInstance();
  // While the program closes, the lane tells that it does, like the ordinary way.
  ordinary.addHook('preClose', () => void lane.close());
  const server = app.getHttpServer() as Server;
  const [listener] = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  server.on('request', (request, response) =>
    takesLane(request) ? lane.routing(request, response) : listener!(request, response),
  );
}

/** What tills send: JSON with a till key and nothing of a browser's. */
function takesLane({ method, url, headers }: IncomingMessage): boolean {
  return (
    method === 'POST' &&
    (url === '/api/v1/validations' || url === '/api/v1/redemptions') &&
    headers.cookie === undefined &&
    !!headers['content-type']?.startsWith('application/json') &&
    looksLikeTillKey(headers.authorization)
  );
}

function laneOf(app: NestFastifyApplication, settings: Settings): FastifyInstance {
  const [validations, redemptions] = [app.get(Validations, { strict: false }), app.get(Redemptions, { strict: false })];
  const problems = new ProblemFilter(app.get(PageRenderer, { strict: false }), app.get(PagesOptions));
  const adapter = app.getHttpAdapter() as FastifyAdapter;
  const headers = plainHeaders(settings);
  const tellsOfEach = ['info', 'debug', 'trace'].includes(settings.logLevel);
  const lane: FastifyInstance = fastify({
    ...httpLimits(settings),
    loggerInstance: adapter.getInstance().log,
    // A logger for each request is for the lines about each, which are left out from "warn" on.
    childLoggerFactory: (log, bindings, options) => (tellsOfEach ? log.child(bindings, options) : log),
  });
  lane.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers);
    done();
  });
  lane.setErrorHandler((error, request, reply) => problems.answer(adapter.mapException(error), request, reply));
  lane.post('/api/v1/validations', (request) =>
    asked(request, validationRequest, (keyHash, body) => validations.validate(keyHash, body)),
  );
  lane.post('/api/v1/redemptions', (request, reply) =>
    asked(request, redemptionRequest, async (keyHash, body) => {
      const { isNew, redemption } = await redemptions.redeem(keyHash, body);
      void reply.status(isNew ? 201 : 200);
      return redemption;
    }),
  );
  return lane;
}

/** What hooks, guards and pipes see to on the ordinary way. */
async function asked<Body, Answer>(
  request: FastifyRequest,
  schema: z.ZodType<Body>,
  answer: (keyHash: string, body: Body) => Promise<Answer>,
): Promise<Answer> {
  checkReadable(request.body);
  const keyHash = keyHashIn(request.headers);
  const body = schema.safeParse(request.body);
  if (!body.success) throw new InvalidInput(fieldErrors(body.error));
  return withOrigin({ requestId: request.id, address: request.ip }, () => answer(keyHash, body.data));
}

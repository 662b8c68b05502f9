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
import proxyAddress from '@fastify/proxy-addr';
import { BadRequestException } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyBaseLogger } from 'fastify';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import json from 'secure-json-parse';
import type { z } from 'zod';
import { Redemptions } from './redemptions.js';
import { redemptionRequest, validationRequest } from './till-forms.js';
import { keyHashIn, looksLikeTillKey } from './till-key.js';
import { Validations } from './validations.js';

/** What one address of the lane answers to what a till sent. */
type Answers = (keyHash: string, body: unknown) => Promise<{ status: number; answer: object }>;

/**
 * A shorter way to the two requests that tills wait for (`docs/adr/0009`): on the same server, with the same limits,
 * schemas, problems and headers as those of `TillApiController`, and without what a till has no use for: routes, cookies,
 * sessions, forms, compression and a framework's pipeline. All that is not plainly a till goes the ordinary way.
 */
export function openTillLane(app: NestFastifyApplication, settings: Settings): void {
  const lane = new TillLane(app, settings);
  const server = app.getHttpServer() as Server;
  const [ordinary] = server.listeners('request') as RequestListener[];
  let isClosing = false;
  // While the program closes, all are told so by the ordinary way.
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('preClose', () => void (isClosing = true));
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    const answers = isClosing ? undefined : lane.answersTo(request);
    if (answers) void lane.answer(answers, request, response);
    else ordinary!(request, response);
  });
}

class TillLane {
  private readonly limits: ReturnType<typeof httpLimits>;
  private readonly problems: ProblemFilter;
  private readonly log: FastifyBaseLogger;
  private readonly headers: Readonly<Record<string, string>>;
  /** Those of an answer that all went well with: names and values in turn, as Node takes them quickest. */
  private readonly headersOfAnswer: readonly string[];
  private readonly addressOf: (request: IncomingMessage) => string;
  private readonly answers: ReadonlyMap<string, Answers>;

  constructor(app: NestFastifyApplication, settings: Settings) {
    const [validations, redemptions] = [
      app.get(Validations, { strict: false }),
      app.get(Redemptions, { strict: false }),
    ];
    this.limits = httpLimits(settings);
    this.problems = new ProblemFilter(app.get(PageRenderer, { strict: false }), app.get(PagesOptions));
    this.log = app.getHttpAdapter().getInstance().log as FastifyBaseLogger;
    this.headers = plainHeaders(settings);
    this.headersOfAnswer = listed({ ...this.headers, 'content-type': 'application/json; charset=utf-8' });
    const { trustProxy } = this.limits;
    const trusted = trustProxy && proxyAddress.compile(trustProxy);
    this.addressOf = (request) => (trusted ? proxyAddress(request, trusted) : (request.socket.remoteAddress ?? ''));
    this.answers = new Map<string, Answers>([
      [
        '/api/v1/validations',
        async (keyHash, body) => ({
          status: 200,
          answer: await validations.validate(keyHash, checked(validationRequest, body)),
        }),
      ],
      [
        '/api/v1/redemptions',
        async (keyHash, body) => {
          const { isNew, redemption } = await redemptions.redeem(keyHash, checked(redemptionRequest, body));
          return { status: isNew ? 201 : 200, answer: redemption };
        },
      ],
    ]);
  }

  /** What answers, where a till plainly asks: with its key, JSON of a length that is told, and nothing of a browser's. */
  answersTo({ method, url, headers }: IncomingMessage): Answers | undefined {
    if (method !== 'POST' || headers.cookie !== undefined || !looksLikeTillKey(headers.authorization)) return undefined;
    if (!/^application\/json(?:; ?charset=utf-8)?$/i.test(headers['content-type'] ?? '')) return undefined;
    const length = Number(headers['content-length']);
    return length > 0 && length <= this.limits.bodyLimit ? this.answers.get(url!) : undefined;
  }

  async answer(answers: Answers, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = {
      id: this.limits.genReqId(),
      method: request.method!,
      url: request.url!,
      routeOptions: { url: request.url },
    };
    const began = performance.now();
    this.log.info({ reqId: asked.id, req: asked }, 'incoming request');
    try {
      const body = await bodyOf(request);
      const { status, answer } = await withOrigin({ requestId: asked.id, address: this.addressOf(request) }, () => {
        const read = readJson(body);
        checkReadable(read);
        return answers(keyHashIn(request.headers), read);
      });
      send(response, status, this.headersOfAnswer, JSON.stringify(answer));
    } catch (error) {
      // Whoever went away before the end of what they sent is told nothing.
      if (request.destroyed && !request.complete) return;
      const { status, headers, body } = this.problems.details(error, asked);
      send(response, status, listed({ ...this.headers, ...headers }), body);
    }
    this.log.info({ reqId: asked.id, res: response, responseTime: performance.now() - began }, 'request completed');
  }
}

function listed(headers: Readonly<Record<string, string>>): string[] {
  return Object.entries(headers).flat();
}

function send(response: ServerResponse, status: number, headers: readonly string[], body: string): void {
  response.writeHead(status, [...headers, 'content-length', String(Buffer.byteLength(body))]).end(body);
}

/** The whole body. Rejects when the sender goes away before its end. */
function bodyOf(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => resolve(parts.length === 1 ? parts[0]! : Buffer.concat(parts)));
    request.on('error', reject);
  });
}

/** @throws BadRequestException for what is no JSON, or would change the prototypes of objects */
function readJson(body: Buffer): unknown {
  try {
    return json.parse(body.toString());
  } catch (error) {
    throw new BadRequestException('No JSON', { cause: error });
  }
}

function checked<Body>(schema: z.ZodType<Body>, body: unknown): Body {
  const read = schema.safeParse(body);
  if (!read.success) throw new InvalidInput(fieldErrors(read.error));
  return read.data;
}

import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Account } from './account.js';
import type { Checkout } from './checkout.js';
import { invalid, Refusal } from './errors.js';
import type { Faults } from './faults.js';
import { type Answer, Idempotency } from './idempotency.js';
import { closedPage, payersPage } from './page.js';
import { decode } from './params.js';
import type { Payer } from './payer.js';
import type { Method } from './payments.js';
import type { Route } from './routes.js';

interface Parts {
  account: Account;
  checkout: Checkout;
  payer: Payer;
  faults: Faults;
  routes: Route[];
  secretKey: string;
  apiVersion: string;
}

/** Takes requests apart, checks what Stripe checks of each, and writes the answers. */
export class Requests {
  private readonly idempotency: Idempotency;

  constructor(private readonly parts: Parts) {
    this.idempotency = new Idempotency(() => parts.account.seconds);
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://stripe.invalid');
    const body = await bodyOf(request);
    const page = /^\/c\/pay\/(\w+)$/.exec(url.pathname);
    if (page) return this.page(page[1]!, request.method ?? 'GET', new URLSearchParams(body), response);

    const fault = this.parts.faults.take(request.method ?? '', url.pathname);
    if (fault === 'lost request') return void request.socket.destroy();
    const headers: Record<string, string> = {
      'content-type': 'application/json',
      'request-id': `req_${randomBytes(7).toString('hex')}`,
      'stripe-version': this.parts.apiVersion,
    };
    let answer: Answer;
    let keep = () => {};
    try {
      if (fault === 'rate limit')
        throw new Refusal(429, 'rate_limit_error', 'Too many requests.', { code: 'rate_limit' });
      if (fault === 'unavailable') throw new Refusal(503, 'api_error', 'Not available at this moment.');
      ({ answer, keep } = this.once(request, url, body, headers, fault === 'error'));
    } catch (error) {
      answer = refusalOf(error);
    }
    if (fault && typeof fault === 'object') {
      fault.arrive();
      await fault.open;
    }
    keep();
    if (fault === 'lost answer') return void request.socket.destroy();
    response.writeHead(answer.status, headers).end(JSON.stringify(answer.body));
  }

  /** Does a request, or gives the answer that its key had before. `keep` ends it: until then its key is in use. */
  private once(request: IncomingMessage, url: URL, body: string, headers: Record<string, string>, breaks: boolean) {
    this.checkHead(request);
    const keep = () => {};
    const key = request.headers['idempotency-key'];
    if (request.method !== 'POST' || typeof key !== 'string') return { answer: this.do(request, url, body), keep };
    headers['idempotency-key'] = key;
    const before = this.idempotency.begin(key, `${url.pathname}?${body}`);
    if (before) {
      headers['idempotent-replayed'] = 'true';
      return { answer: before, keep };
    }
    try {
      const answer = breaks
        ? refusalOf(new Refusal(500, 'api_error', 'Something broke.'))
        : this.do(request, url, body);
      return { answer, keep: () => this.idempotency.end(key, answer) };
    } catch (error) {
      // What was refused for its parameters was never begun, and its key is free again.
      this.idempotency.forget(key);
      throw error;
    }
  }

  private do(request: IncomingMessage, url: URL, body: string): Answer {
    for (const { method, path, work } of this.parts.routes) {
      const match = request.method === method ? path.exec(url.pathname) : null;
      if (match) return { status: 200, body: work(match[1] ?? '', decode(body || url.search.slice(1))) as object };
    }
    throw invalid(`Unrecognized request URL (${request.method}: ${url.pathname}).`, {}, 404);
  }

  /** The key, the version and the form of the body. */
  private checkHead({ headers, method }: IncomingMessage): void {
    const given = headers.authorization?.replace(/^Bearer /, '');
    if (!given) throw invalid('You did not provide an API key.', {}, 401);
    if (given !== this.parts.secretKey) throw invalid(`Invalid API Key provided: ${given.slice(0, 8)}****`, {}, 401);
    const version = headers['stripe-version'];
    if (version !== this.parts.apiVersion)
      throw invalid(`The stand-in speaks version ${this.parts.apiVersion}, and was asked for ${String(version)}.`);
    if (method === 'POST' && !headers['content-type']?.startsWith('application/x-www-form-urlencoded'))
      throw invalid('Bodies are form-encoded.', {}, 415);
  }

  /** The page on which a payer pays: shows what it costs, takes a press of a button, and leads back. */
  private page(id: string, method: string, form: URLSearchParams, response: ServerResponse): void {
    const html = { 'content-type': 'text/html; charset=utf-8' };
    this.parts.checkout.tick();
    try {
      const session = this.parts.account.find('checkout.session', id);
      if (session.status !== 'open') return void response.writeHead(410, html).end(closedPage(session.status ?? ''));
      const by = form.get('by');
      if (method === 'POST' && by === 'declined') this.parts.payer.isDeclined(id);
      else if (method === 'POST') {
        this.parts.payer.pay(id, by as Method);
        const location = session.success_url!.replace('{CHECKOUT_SESSION_ID}', id);
        return void response.writeHead(303, { location }).end();
      }
      response.writeHead(200, html).end(payersPage(session, this.parts.checkout.lineItems(id)));
    } catch (error) {
      const { status, body } = refusalOf(error);
      response.writeHead(status, html).end(`<h1>${JSON.stringify(body)}</h1>`);
    }
  }
}

function refusalOf(error: unknown): Answer {
  if (error instanceof Refusal) return { status: error.status, body: structuredClone(error.body) };
  return { status: 500, body: { error: { type: 'api_error', message: `The stand-in is at fault: ${String(error)}` } } };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

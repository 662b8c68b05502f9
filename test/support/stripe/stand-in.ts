import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Stripe } from 'stripe';
import { Account } from './account.js';
import { Checkout } from './checkout.js';
import { GoingBack } from './disputes.js';
import { Faults } from './faults.js';
import { Payer } from './payer.js';
import { Payments } from './payments.js';
import { Requests } from './requests.js';
import { routesOf } from './routes.js';
import { type Delivery, send, sign } from './webhooks.js';

/** What the stand-in is told when it starts. */
export interface StandInOptions {
  /** The version that every request must name. */
  apiVersion: string;
  secretKey?: string;
  webhookSecret?: string;
  /** Stripe's clock; the machine's unless given. */
  now?: () => Date;
  /** Where events are sent as soon as they happen. Without it they wait for whoever delivers them. */
  webhookUrl?: string;
}

/**
 * Stripe on this machine: its API for what we use, its page for payers, and its events. Strict: what Stripe of this
 * version does not know is refused.
 */
export class StripeStandIn {
  readonly faults = new Faults();
  readonly account: Account;
  readonly payer: Payer;
  readonly payments: Payments;
  /** Requests that came, oldest first, as `POST /v1/refunds`. */
  readonly asked: string[] = [];
  readonly secretKey: string;
  readonly webhookSecret: string;
  private readonly checkout: Checkout;
  private readonly requests: Requests;
  private readonly server: Server;
  private readonly now: () => Date;
  private readonly sent = new Set<string>();
  private sending: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: StandInOptions) {
    this.now = options.now ?? (() => new Date());
    this.secretKey = options.secretKey ?? 'sk_test_stand_in';
    this.webhookSecret = options.webhookSecret ?? 'whsec_stand_in';
    this.account = new Account(this.now, options.apiVersion);
    this.payments = new Payments(this.account);
    const goingBack = new GoingBack(this.account, this.payments);
    this.checkout = new Checkout(this.account, () => this.origin);
    this.payer = new Payer(this.account, this.checkout, this.payments, goingBack);
    this.requests = new Requests({
      account: this.account,
      checkout: this.checkout,
      payer: this.payer,
      faults: this.faults,
      routes: routesOf(this.account, this.checkout, this.payments, goingBack),
      secretKey: this.secretKey,
      apiVersion: options.apiVersion,
    });
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  /** Its address, once it was started: the value of `STRIPE_API_URL`. */
  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Settings for a program that is to use it. */
  get env(): Record<string, string> {
    return {
      STRIPE_API_URL: this.origin,
      STRIPE_SECRET_KEY: this.secretKey,
      STRIPE_WEBHOOK_SECRET: this.webhookSecret,
    };
  }

  async start(port = 0): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(port, '127.0.0.1', resolve));
    return this;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    await this.sending;
  }

  /** What happened, oldest first; of one type where it is named. */
  events(type?: string): Stripe.Event[] {
    const all = this.account.all('event').reverse();
    return type ? all.filter((event) => event.type === type) : all;
  }

  /** An event signed for delivery: now and with the secret in force, unless told otherwise. */
  signed(event: object, { secret = this.webhookSecret, secondsOld = 0 } = {}): Delivery {
    return sign(event, secret, this.account.seconds - secondsOld);
  }

  /** Events that were not sent yet, oldest first; from now on they were. */
  unsent(): Stripe.Event[] {
    const waiting = this.events().filter(({ id }) => !this.sent.has(id));
    for (const { id } of waiting) this.sent.add(id);
    return waiting;
  }

  /** Sends those to an endpoint; gives the answers' statuses. */
  async deliver(url: string): Promise<number[]> {
    const statuses: number[] = [];
    for (const event of this.unsent()) statuses.push(await send(url, this.signed(event)));
    return statuses;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.asked.push(`${request.method} ${request.url?.split('?')[0]}`);
    await this.requests.answer(request, response);
    const { webhookUrl } = this.options;
    if (webhookUrl) this.sending = this.sending.then(() => this.deliver(webhookUrl));
  }
}

/** Starts a stand-in. `stop()` it in `afterAll`. */
export async function startStripe(options: StandInOptions, port = 0): Promise<StripeStandIn> {
  return new StripeStandIn(options).start(port);
}

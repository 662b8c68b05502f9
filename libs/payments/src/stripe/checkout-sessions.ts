import { Database } from '@carers/database';
import { Clock } from '@carers/kernel';
import { Injectable, Logger } from '@nestjs/common';
import type { Stripe } from 'stripe';
import { idOf } from './ids-of.js';
import { Settlement } from './settlement.js';
import { type CheckoutState, StripeCheckout } from './stripe-checkout.entity.js';
import { isBroken, isMissing, isRefusal, StripeClient } from './stripe-client.js';
import { StripeCustomers } from './stripe-customers.js';
import { StripeNotAnswering } from './stripe.problems.js';

/** Stripe forgets a key after a day; asked again later, it would open another page. */
const keyLives = 23 * 60 * 60_000;
/** Stripe wants a page to stay open for 30 minutes at least. */
const leastOpen = 31 * 60_000;

/** Visits on Stripe's side: asks for the page, finds it again, closes it, and looks what became of it. */
@Injectable()
export class CheckoutSessions {
  private readonly logger = new Logger(CheckoutSessions.name);

  constructor(
    private readonly stripe: StripeClient,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly settlement: Settlement,
    private readonly customers: StripeCustomers,
  ) {}

  /**
   * Asks Stripe for the page of a visit, or finds the one that was made before: whoever asked may have died before the
   * answer came. The same key brings the same page.
   * @throws StripeNotAnswering
   */
  async ask(checkout: StripeCheckout): Promise<StripeCheckout> {
    const session = await this.sessionOf(checkout);
    if (!session) return this.saved(checkout.id, (row) => row.become('lost', this.clock.now()));
    if (session.amount_total !== checkout.pence || session.currency !== 'gbp') {
      this.logger.error(`Stripe wants ${session.amount_total} for checkout ${checkout.id} of ${checkout.pence}.`);
      await this.expire(session.id);
      return this.saved(checkout.id, (row) => {
        row.sessionId = session.id;
        row.become('refused', this.clock.now());
      });
    }
    return this.noted(checkout.id, session);
  }

  /** Looks what became of a visit, by our row of it. */
  async lookAt(checkout: StripeCheckout): Promise<StripeCheckout> {
    if (!checkout.sessionId) return this.ask(checkout);
    const api = await this.stripe.api();
    try {
      return await this.noted(checkout.id, await api.checkout.sessions.retrieve(checkout.sessionId));
    } catch (error) {
      if (!isMissing(error)) throw error;
      // Our key leads to another account than it did.
      return this.saved(checkout.id, (row) => row.become('lost', this.clock.now()));
    }
  }

  /** The same, by Stripe's id of its session; one that is not ours changes nothing. */
  async lookAtSession(sessionId: string): Promise<void> {
    const known = await this.database.reader.findOneBy(StripeCheckout, { sessionId });
    if (known) return void (await this.lookAt(known));
    const api = await this.stripe.api();
    const session = await api.checkout.sessions.retrieve(sessionId);
    const id = session.metadata?.['checkout'];
    const ours = id ? await this.database.reader.findOneBy(StripeCheckout, { id }) : null;
    if (ours) await this.noted(ours.id, session);
  }

  /** Closes the page of a visit, so that it cannot be paid any more; where it was paid meanwhile, that is noted. */
  async close(checkout: StripeCheckout): Promise<void> {
    const opened = checkout.sessionId ? checkout : await this.ask(checkout);
    if (!opened.sessionId || opened.endedAt) return;
    await this.expire(opened.sessionId);
    await this.lookAt(opened);
  }

  private async expire(sessionId: string): Promise<void> {
    const api = await this.stripe.api();
    try {
      await api.checkout.sessions.expire(sessionId);
    } catch (error) {
      // It is not open any more; looking at it will say why.
      if (!isRefusal(error)) throw new StripeNotAnswering();
    }
  }

  private async sessionOf({
    id,
    businessId,
    request,
    createdAt,
    expiresAt,
  }: StripeCheckout): Promise<Stripe.Checkout.Session | null> {
    const api = await this.stripe.api();
    const now = this.clock.now().getTime();
    const mayAsk = now - createdAt.getTime() < keyLives && expiresAt.getTime() - now > leastOpen;
    if (mayAsk) {
      try {
        const session = await api.checkout.sessions.create(request, { idempotencyKey: `checkout:${id}` });
        // The answer of a key that was used before is that of back then: it may have been paid since.
        const isOld = session.lastResponse.headers['idempotent-replayed'] === 'true';
        return isOld ? await api.checkout.sessions.retrieve(session.id) : session;
      } catch (error) {
        if (isRefusal(error)) {
          this.logger.error(`Stripe refuses checkout ${id}: ${error.code ?? error.type} ${error.param ?? ''}`);
          await this.saved(id, (row) => row.become('refused', this.clock.now()));
          if (error.param === 'customer') await this.customers.forget(businessId);
        }
        if (!isBroken(error)) throw new StripeNotAnswering();
      }
    }
    // Too late to ask, or Stripe broke, which it repeats for that key: it is among the customer's sessions, or nowhere.
    const { customer } = request;
    for await (const session of api.checkout.sessions.list({ customer, limit: 100 })) {
      if (session.metadata?.['checkout'] === id) return session;
      if (session.created * 1000 < createdAt.getTime() - 60_000) return null;
    }
    return null;
  }

  /** Brings our row to the state of Stripe's session, and our books to the state of its payment. */
  private async noted(id: string, session: Stripe.Checkout.Session): Promise<StripeCheckout> {
    const paymentIntentId = idOf(session.payment_intent);
    const at = this.clock.now();
    const saved = await this.saved(id, (row) => {
      row.sessionId = session.id;
      row.paymentIntentId = paymentIntentId ?? row.paymentIntentId;
      row.lookedAt = at;
      if (session.status === 'open' && row.state === 'asked') {
        row.state = 'open';
        row.url = session.url;
      }
      if (session.status === 'expired' && !row.endedAt) row.become('expired', at);
      if (session.status === 'complete' && openStates.includes(row.state)) row.become('processing', at);
    });
    if (!paymentIntentId) return saved;
    await this.settlement.settle(paymentIntentId);
    return this.database.reader.findOneByOrFail(StripeCheckout, { id });
  }

  private async saved(id: string, change: (row: StripeCheckout) => void): Promise<StripeCheckout> {
    return this.database.transaction(async (tx) => {
      const row = await tx.findOneOrFail(StripeCheckout, { where: { id }, lock: { mode: 'pessimistic_write' } });
      change(row);
      return tx.save(row);
    });
  }
}

const openStates: readonly CheckoutState[] = ['asked', 'open'];

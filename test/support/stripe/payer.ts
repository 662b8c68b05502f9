import type { Stripe } from 'stripe';
import type { Account } from './account.js';
import type { Checkout } from './checkout.js';
import { invalid } from './errors.js';
import type { GoingBack } from './disputes.js';
import type { Method, Payments } from './payments.js';

/** Whoever pays on Stripe's page, and their bank: what no program of ours can do. */
export class Payer {
  constructor(
    private readonly account: Account,
    private readonly checkout: Checkout,
    private readonly payments: Payments,
    private readonly goingBack: GoingBack,
  ) {}

  /** Pays on the page of an open session. A card is paid at once; a bank answers later, see `bankPays`. */
  pay(sessionId: string, method: Method = 'card'): Stripe.PaymentIntent {
    const session = this.openSession(sessionId);
    if (!session.payment_method_types.includes(method)) throw invalid(`${method} is not offered.`);
    const intent = this.intentOf(session);
    const again = reused(session, method, intent);
    const means = this.payments.method(method, again ? (session.customer as string | null) : null);
    intent.setup_future_usage = again ? 'off_session' : null;
    const mandate = method === 'bacs_debit' ? this.payments.mandate(means, 'pending').id : null;
    this.payments.confirm(intent, means, mandate);
    const paid = intent.status === 'succeeded';
    Object.assign(session, { status: 'complete', payment_status: paid ? 'paid' : 'unpaid', url: null });
    this.account.tell('checkout.session.completed', session);
    return intent;
  }

  /** A card is refused: the session stays open for another try. */
  isDeclined(sessionId: string): Stripe.PaymentIntent {
    const intent = this.intentOf(this.openSession(sessionId));
    this.payments.begin(intent, this.payments.method('card', null));
    this.payments.fail(intent);
    return intent;
  }

  /** The payer's bank pays a Direct Debit; its mandate is in force from now on. */
  bankPays(intentId: string): void {
    const intent = this.processing(intentId);
    const mandate = this.payments.chargeOf(intent).payment_method_details!.bacs_debit?.mandate;
    if (mandate) this.setMandate(mandate, 'active');
    this.payments.succeed(intent);
    const session = this.sessionOf(intent);
    if (!session) return;
    session.payment_status = 'paid';
    this.account.tell('checkout.session.async_payment_succeeded', session);
  }

  /** The payer's bank sends a Direct Debit back. */
  bankRefuses(intentId: string): void {
    const intent = this.processing(intentId);
    this.payments.fail(intent);
    const session = this.sessionOf(intent);
    if (session) this.account.tell('checkout.session.async_payment_failed', session);
  }

  /** Disputes what they paid. A bank's dispute is final. */
  disputes(intentId: string, reason?: string): Stripe.Dispute {
    return this.goingBack.dispute(this.chargeOf(intentId), reason);
  }

  closeDispute(disputeId: string, status: 'won' | 'lost'): void {
    this.goingBack.closeDispute(this.account.find('dispute', disputeId), status);
  }

  /** Somebody refunds in Stripe's own dashboard. */
  dashboardRefunds(intentId: string, amount?: number): Stripe.Refund {
    return this.goingBack.refund(this.chargeOf(intentId), { amount });
  }

  bankTakesRefund(refundId: string): void {
    this.goingBack.settleRefund(this.account.find('refund', refundId));
  }

  bankRefusesRefund(refundId: string): void {
    this.goingBack.failRefund(this.account.find('refund', refundId));
  }

  /** The payer ends their mandate at the bank, or it comes into force. */
  setMandate(mandateId: string, status: 'active' | 'inactive'): void {
    const mandate = this.account.find('mandate', mandateId);
    if (mandate.status === status) return;
    mandate.status = status;
    this.account.tell('mandate.updated', mandate);
  }

  private openSession(id: string): Stripe.Checkout.Session {
    this.checkout.tick();
    const session = this.account.find('checkout.session', id);
    if (session.status !== 'open') throw invalid(`The session is ${session.status}.`);
    return session;
  }

  private intentOf(session: Stripe.Checkout.Session): Stripe.PaymentIntent {
    if (session.payment_intent) return this.account.find('payment_intent', session.payment_intent as string);
    const { metadata, description } = this.checkout.intentData.get(session.id) ?? {};
    const intent = this.payments.intend({
      amount: session.amount_total!,
      customer: session.customer as string | null,
      metadata: (metadata as Record<string, string>) ?? {},
      description,
      types: session.payment_method_types,
    });
    session.payment_intent = intent.id;
    return intent;
  }

  private sessionOf(intent: Stripe.PaymentIntent): Stripe.Checkout.Session | undefined {
    return this.account.all('checkout.session').find(({ payment_intent }) => payment_intent === intent.id);
  }

  private processing(id: string): Stripe.PaymentIntent {
    const intent = this.account.find('payment_intent', id);
    if (intent.status !== 'processing') throw invalid(`The payment is ${intent.status}.`);
    return intent;
  }

  private chargeOf(intentId: string): Stripe.Charge {
    return this.payments.chargeOf(this.account.find('payment_intent', intentId));
  }
}

/** Whether the payer leaves their means of payment for another time. */
function reused(session: Stripe.Checkout.Session, method: Method, intent: Stripe.PaymentIntent): boolean {
  const options = session.payment_method_options as Record<string, { setup_future_usage?: string }> | null;
  return (options?.[method]?.setup_future_usage ?? intent.setup_future_usage) === 'off_session';
}

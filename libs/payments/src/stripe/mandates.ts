import { Database, type Tx } from '@carers/database';
import { Clock } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import type { Stripe } from 'stripe';
import { idOf } from './ids-of.js';
import { StripeClient } from './stripe-client.js';
import { type MandateState, StripeMandate } from './stripe-mandate.entity.js';

/** A mandate as Stripe has it, and when we read it. */
export interface MandateSeen {
  mandateId: string;
  paymentMethodId: string;
  customerId: string;
  state: MandateState;
  at: Date;
}

/** Leave to debit bank accounts. */
@Injectable()
export class Mandates {
  constructor(
    private readonly stripe: StripeClient,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** The mandate that may be used for a business now: the newest that is in force. */
  async inForce(from: Pick<Tx, 'findOne'>, businessId: string): Promise<StripeMandate | null> {
    return from.findOne(StripeMandate, { where: { businessId, state: 'active' }, order: { givenAt: 'DESC' } });
  }

  /** What Stripe says of the mandate behind a payment that leaves one for later; null for all others. */
  async behind(intent: Stripe.PaymentIntent, charge: Stripe.Charge | null): Promise<MandateSeen | null> {
    const mandateId = charge?.payment_method_details?.bacs_debit?.mandate;
    const customerId = idOf(intent.customer);
    if (!mandateId || !customerId || !charge.payment_method) return null;
    const api = await this.stripe.api();
    const method = await api.paymentMethods.retrieve(charge.payment_method);
    // One that is not kept with the customer cannot be used again.
    if (idOf(method.customer) !== customerId) return null;
    const at = this.clock.now();
    const { status } = await api.mandates.retrieve(mandateId);
    return { mandateId, paymentMethodId: charge.payment_method, customerId, state: stateOf(status), at };
  }

  /** Keeps what was seen. */
  async keep(tx: Tx, businessId: string, seen: MandateSeen): Promise<void> {
    const { mandateId, paymentMethodId, customerId, state, at } = seen;
    await tx
      .createQueryBuilder()
      .insert()
      .into(StripeMandate)
      .values({ paymentMethodId, mandateId, businessId, customerId, state, givenAt: at, lookedAt: at })
      .orIgnore()
      .execute();
    await this.become(tx, mandateId, state, at);
  }

  /** Looks at one of ours again: the payer's bank has ended it, or put it in force. */
  async lookAt(mandateId: string): Promise<void> {
    if (!(await this.database.reader.existsBy(StripeMandate, { mandateId }))) return;
    const api = await this.stripe.api();
    const at = this.clock.now();
    const { status } = await api.mandates.retrieve(mandateId);
    await this.database.transaction((tx) => this.become(tx, mandateId, stateOf(status), at));
  }

  private async become(tx: Tx, mandateId: string, state: MandateState, at: Date): Promise<void> {
    const known = await tx.findOne(StripeMandate, { where: { mandateId }, lock: { mode: 'pessimistic_write' } });
    // A reading that took long must not undo a later one.
    if (!known || known.lookedAt > at) return;
    await tx.update(StripeMandate, { mandateId }, { state, lookedAt: at });
  }
}

function stateOf(status: string): MandateState {
  return status === 'active' || status === 'pending' ? status : 'inactive';
}

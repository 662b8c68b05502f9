import { randomBytes } from 'node:crypto';
import type { Stripe } from 'stripe';
import { missing } from './errors.js';

/** Any object of the account, as Stripe's library types them. */
export type Held =
  | Stripe.Customer
  | Stripe.Checkout.Session
  | Stripe.PaymentIntent
  | Stripe.PaymentMethod
  | Stripe.Mandate
  | Stripe.Charge
  | Stripe.Refund
  | Stripe.Dispute
  | Stripe.BalanceTransaction
  | Stripe.Event;
export type Kind = Held['object'];
export type OfKind<K extends Kind> = Extract<Held, { object: K }>;

/** One Stripe account: its objects, in the order in which they came to be, and what happened to them. */
export class Account {
  private readonly objects = new Map<string, Held>();
  private last = 0;

  /**
   * @param now Stripe's clock
   * @param apiVersion the version in which events are written
   */
  constructor(
    private readonly now: () => Date,
    readonly apiVersion: string,
  ) {}

  /** Whole seconds since 1970, as everywhere in Stripe. */
  get seconds(): number {
    return Math.floor(this.now().getTime() / 1000);
  }

  /** A new id, later ones greater: `ch_000000001Ab…`. */
  id(prefix: string): string {
    return `${prefix}_${String(++this.last).padStart(9, '0')}${randomBytes(6).toString('hex')}`;
  }

  keep<T extends Held>(object: T): T {
    this.objects.set(object.id, object);
    return object;
  }

  /** @throws Refusal where there is none; for one that a parameter names, say which */
  find<K extends Kind>(kind: K, id: string, param?: string): OfKind<K> {
    const found = this.objects.get(id);
    if (found?.object !== kind) throw missing(kind.split('.').at(-1)!, id, param);
    return found as OfKind<K>;
  }

  /** As if it had never been, or were in another account. */
  forget(id: string): void {
    this.objects.delete(id);
  }

  any(id: string): Held | undefined {
    return this.objects.get(id);
  }

  /** Every object of a kind, newest first. */
  all<K extends Kind>(kind: K): OfKind<K>[] {
    return [...this.objects.values()].filter((each): each is OfKind<K> => each.object === kind).reverse();
  }

  /** Notes what happened to an object, as it is at this moment. */
  tell(type: string, object: Held): Stripe.Event {
    const event = {
      id: this.id('evt'),
      object: 'event',
      api_version: this.apiVersion,
      created: this.seconds,
      data: { object: structuredClone(object) },
      livemode: false,
      pending_webhooks: 1,
      request: null,
      type,
    };
    return this.keep(event as unknown as Stripe.Event);
  }
}

import { Stripe } from 'stripe';

/** One delivery of an event: the bytes and the header, as Stripe sends them. */
export interface Delivery {
  body: string;
  signature: string;
}

/**
 * Signs an event by Stripe's scheme: `t=` seconds, `v1=` HMAC-SHA256 of `t.body`.
 * @param at when it is signed, in seconds since 1970
 */
export function sign(event: object, secret: string, at: number): Delivery {
  const body = JSON.stringify(event, null, 2);
  return { body, signature: Stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp: at }) };
}

/** Sends one delivery to an endpoint, and gives its status; 0 where nobody answered. */
export async function send(url: string, { body, signature }: Delivery): Promise<number> {
  try {
    const headers = { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': signature };
    return (await fetch(url, { method: 'POST', headers, body })).status;
  } catch {
    return 0;
  }
}

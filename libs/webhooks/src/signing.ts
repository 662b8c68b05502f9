import type { Chance } from '@carers/kernel';
import { Webhook } from 'standardwebhooks';
import type { WebhookEvent } from './webhook-event.entity.js';

/** A new secret: `whsec_` and 32 random bytes in base64 (Standard Webhooks allows 24 to 64). */
export function newSecret(chance: Chance): string {
  return `whsec_${chance.bytes(32).toString('base64')}`;
}

/** The body of an event, the same in each attempt: what happened, when, its place in the order, and ids. */
export function payloadOf(event: WebhookEvent): string {
  return JSON.stringify({
    type: event.type,
    timestamp: event.happenedAt.toISOString(),
    sequence: event.sequence,
    data: event.data,
  });
}

/** The headers of one attempt (Standard Webhooks): one signature for each secret, so that a rotation loses nothing. */
export function headersFor(
  event: WebhookEvent,
  payload: string,
  secrets: readonly string[],
  now: Date,
): Record<string, string> {
  return {
    'content-type': 'application/json; charset=utf-8',
    'user-agent': 'Carers-Card-Webhooks/1',
    'webhook-id': event.id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(event.id, now, payload)).join(' '),
  };
}

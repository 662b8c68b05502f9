import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import type { Stripe } from 'stripe';
import { PaymentsNotSetUp } from '../payments.problems.js';

/** The version of Stripe's API that this program was written for. Change it only with the library, and read its changes. */
export const stripeApiVersion = '2026-10-28.endive';

/** The one way to Stripe's API. Made when first asked for: a scheme without a key never loads Stripe's library. */
@Injectable()
export class StripeClient {
  private made: Promise<Stripe> | null = null;

  constructor(private readonly settings: Settings) {}

  /** Whether this scheme takes payments by Stripe. */
  get isSetUp(): boolean {
    return this.settings.stripe.secretKey !== null;
  }

  /** Stripe's library, with our key. Never call it inside a transaction. @throws PaymentsNotSetUp */
  async api(): Promise<Stripe> {
    const { secretKey } = this.settings.stripe;
    if (!secretKey) throw new PaymentsNotSetUp();
    this.made ??= this.make(secretKey);
    return this.made;
  }

  private async make(key: string): Promise<Stripe> {
    const { Stripe } = await import('stripe');
    const { apiUrl } = this.settings.stripe;
    const elsewhere = apiUrl ? new URL(apiUrl) : null;
    return new Stripe(key, {
      apiVersion: stripeApiVersion,
      maxNetworkRetries: 2,
      timeout: 20_000,
      telemetry: false,
      ...(elsewhere && {
        protocol: elsewhere.protocol === 'http:' ? 'http' : 'https',
        host: elsewhere.hostname,
        ...(elsewhere.port && { port: elsewhere.port }),
      }),
    });
  }
}

/** Whether Stripe refused what it was asked for good: asking the same again can bring nothing else. */
export function isRefusal(error: unknown): error is Stripe.errors.StripeError {
  const { type, statusCode } = (error ?? {}) as { type?: string; statusCode?: number };
  if (!type?.startsWith('Stripe')) return false;
  return type !== 'StripeIdempotencyError' && [400, 402, 403, 404].includes(statusCode ?? 0);
}

/** Whether Stripe itself broke in the middle: under the same key it will answer the same for a day. */
export function isBroken(error: unknown): boolean {
  return ((error as { statusCode?: number } | null)?.statusCode ?? 0) >= 500;
}

/** Whether Stripe has no such object, or not in this account. */
export function isMissing(error: unknown): boolean {
  return isRefusal(error) && error.code === 'resource_missing';
}

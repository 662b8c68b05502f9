import { createHmac } from 'node:crypto';
import { keyedHash } from '@carers/database';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import type { TradeReview } from './trade-review.entity.js';

/**
 * Customers' links: 128 bits of an HMAC over the review and the step it is for, made when the message is sent. The row
 * keeps only a hash.
 */
@Injectable()
export class ReviewLinks {
  private readonly key: Buffer;

  constructor(private readonly settings: Settings) {
    this.key = createHmac('sha256', settings.sessionSecret).update('trade reviews').digest();
  }

  tokenFor({ id, state }: Pick<TradeReview, 'id' | 'state'>): string {
    const sealed = createHmac('sha256', this.key).update(`${id} ${state}`).digest();
    return sealed.subarray(0, 16).toString('base64url');
  }

  hashFor(review: Pick<TradeReview, 'id' | 'state'>): string {
    return hashOf(this.tokenFor(review));
  }

  urlFor(review: Pick<TradeReview, 'id' | 'state'>): string {
    return `${this.settings.publicUrl}/trade-review/${this.tokenFor(review)}`;
  }
}

/** How a token is kept. */
export function hashOf(token: string): string {
  return keyedHash(token, 'trade-review');
}

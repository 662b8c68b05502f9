import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import { createHmac } from 'node:crypto';
import type { VettingReference } from './vetting-reference.entity.js';

/**
 * The links by which referees answer. A token is 128 bits of an HMAC over the reference and the moment of asking, so that
 * it can be made when the message is sent and lies nowhere before; the row keeps only its hash.
 */
@Injectable()
export class ReferenceLinks {
  private readonly key: Buffer;

  constructor(private readonly settings: Settings) {
    this.key = createHmac('sha256', settings.sessionSecret).update('vetting references').digest();
  }

  /** @param reference that was asked */
  tokenFor({ id, askedAt }: Pick<VettingReference, 'id' | 'askedAt'>): string {
    const sealed = createHmac('sha256', this.key).update(`${id} ${askedAt!.getTime()}`).digest();
    return sealed.subarray(0, 16).toString('base64url');
  }

  urlFor(reference: Pick<VettingReference, 'id' | 'askedAt'>): string {
    return `${this.settings.publicUrl}/reference/${this.tokenFor(reference)}`;
  }
}

import type { Business } from '@carers/businesses';
import type { Tx } from '@carers/database';
import { Messages } from '@carers/messages';
import type { Offer } from '@carers/offers';
import { Injectable } from '@nestjs/common';

/** What the owner of a chain is told by e-mail about its codes. */
@Injectable()
export class ChainsMail {
  constructor(private readonly messages: Messages) {}

  /** Few codes are left: time to send more. */
  async runningLow(tx: Tx, business: Business, offer: Offer, left: number): Promise<void> {
    await this.messages.queue(tx, {
      to: { channel: 'email', address: business.contactEmail, name: business.contactName },
      template: 'chains/running-low',
      params: {
        business: business.name,
        title: offer.title,
        left,
        path: `/business/${business.id}/till-codes/${offer.id}`,
      },
      about: { kind: 'offer', id: offer.id },
    });
  }
}

import type { Business } from '@carers/businesses';
import type { Tx } from '@carers/database';
import { Messages } from '@carers/messages';
import { Injectable } from '@nestjs/common';
import type { Offer } from './offer.entity.js';

/** What the owner of a business is told by e-mail about its offers. */
@Injectable()
export class OfferMail {
  constructor(private readonly messages: Messages) {}

  async published(tx: Tx, business: Business, offer: Offer): Promise<void> {
    // One for work in homes may wait for the checks of its business.
    if (offer.status === 'withheld')
      await this.toOwner(tx, business, offer, 'agreed', { path: `/business/${business.id}` });
    else await this.toOwner(tx, business, offer, 'published', { path: `/business/${business.id}/offers` });
  }

  async declined(tx: Tx, business: Business, offer: Offer, reason: string): Promise<void> {
    const path = `/business/${business.id}/offers/${offer.id}`;
    await this.toOwner(tx, business, offer, 'declined', { reason, path, stays: offer.agreed });
  }

  /** Asks whether an offer is still right. */
  async askToConfirm(tx: Tx, business: Business, offer: Offer): Promise<void> {
    await this.toOwner(tx, business, offer, 'confirm', {
      path: `/business/${business.id}/offers`,
      since: offer.lastConfirmedOn ?? '',
    });
  }

  private async toOwner(
    tx: Tx,
    business: Business,
    offer: Offer,
    template: string,
    params: Record<string, string | boolean>,
  ): Promise<void> {
    await this.messages.queue(tx, {
      to: { channel: 'email', address: business.contactEmail, name: business.contactName },
      template: `offers/${template}`,
      params: { business: business.name, title: offer.title, sentence: offer.sentence, ...params },
      about: { kind: 'offer', id: offer.id },
    });
  }
}

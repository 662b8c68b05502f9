import type { Tx } from '@carers/database';
import { Messages } from '@carers/messages';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import type { Business } from './business.entity.js';
import type { Lead } from './lead.entity.js';

/** What a business and the scheme's staff are told by e-mail. */
@Injectable()
export class BusinessMail {
  constructor(
    private readonly messages: Messages,
    private readonly schemes: SchemeService,
  ) {}

  /** Thanks the owner for joining, and tells the staff that somebody waits. */
  async received(tx: Tx, business: Business): Promise<void> {
    if (business.worksInHomes) await this.toOwner(tx, business, 'received-trade', { path: '/business' });
    else await this.toOwner(tx, business, 'received');
    // As last read: asking anew would need a second connection inside this transaction.
    const { contact } = this.schemes.lastKnown() ?? (await this.schemes.current());
    await this.messages.queue(tx, {
      to: { channel: 'email', address: contact.email },
      template: 'businesses/awaiting',
      params: { business: business.name, path: `/staff/businesses/${business.id}` },
      about: { kind: 'business', id: business.id },
    });
  }

  async published(tx: Tx, business: Business): Promise<void> {
    await this.toOwner(tx, business, 'published', { path: `/business/${business.id}` });
  }

  async declined(tx: Tx, business: Business, reason: string): Promise<void> {
    await this.toOwner(tx, business, 'declined', { reason, path: `/business/${business.id}` });
  }

  async suspended(tx: Tx, business: Business, reason: string): Promise<void> {
    await this.toOwner(tx, business, 'suspended', { reason });
  }

  /** Tells a trade that waited for vetting to open that it can join now. Without an address nothing is sent. */
  async invited(tx: Tx, lead: Lead): Promise<void> {
    if (!lead.contactEmail) return;
    await this.messages.queue(tx, {
      to: { channel: 'email', address: lead.contactEmail, name: lead.contactName },
      template: 'businesses/invited',
      params: { business: lead.businessName },
      about: { kind: 'lead', id: lead.id },
    });
  }

  /** Tells a person that they may act for a business from now on. */
  async mayAct(tx: Tx, business: Business, person: { email: string; name: string }): Promise<void> {
    await this.messages.queue(tx, {
      to: { channel: 'email', address: person.email, name: person.name },
      template: 'businesses/may-act',
      params: { business: business.name, path: `/business/${business.id}` },
      about: { kind: 'business', id: business.id },
    });
  }

  /** Tells somebody who acts, or acted, for a business what changed about who may. */
  async peopleChanged(
    tx: Tx,
    business: Business,
    to: { email: string | null; name: string },
    change: 'person-added' | 'person-removed' | 'second-factor-reset',
    person = '',
  ): Promise<void> {
    if (to.email === null) return;
    await this.messages.queue(tx, {
      to: { channel: 'email', address: to.email, name: to.name },
      template: `businesses/${change}`,
      params: { business: business.name, person },
      about: { kind: 'business', id: business.id },
    });
  }

  private async toOwner(
    tx: Tx,
    business: Business,
    template: string,
    params: Record<string, string> = {},
  ): Promise<void> {
    await this.messages.queue(tx, {
      to: { channel: 'email', address: business.contactEmail, name: business.contactName },
      template: `businesses/${template}`,
      params: { business: business.name, ...params },
      about: { kind: 'business', id: business.id },
    });
  }
}

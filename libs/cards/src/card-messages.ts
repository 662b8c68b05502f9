import type { Tx } from '@carers/database';
import { Messages, type Recipient } from '@carers/messages';
import { Injectable } from '@nestjs/common';
import type { Cardholder, ContactChannel } from './cardholder.entity.js';
import type { IssuedCard } from './cards.js';

/** How a cardholder is reached by the channel of their choice, or by the next best where that is missing. */
export function recipientOf(cardholder: Cardholder): Recipient {
  const { email, mobile, contactChannel } = cardholder;
  const name = `${cardholder.firstName} ${cardholder.lastName}`;
  const order: ContactChannel[] = [contactChannel, 'email', 'text'];
  for (const channel of order) {
    if (channel === 'post') break;
    const address = channel === 'email' ? email : mobile;
    if (address) return { channel, address, name, locale: cardholder.locale };
  }
  return { channel: 'post', address: postalAddress(cardholder), name, locale: cardholder.locale };
}

/** What the registry writes to cardholders about their cards. Such messages need no consent and promote nothing. */
@Injectable()
export class CardMessages {
  constructor(private readonly messages: Messages) {}

  /** "Here is your card", with a link that is made at the time of sending. */
  async tellIssued(tx: Tx, { cardholder, card }: IssuedCard): Promise<void> {
    await this.tell(tx, cardholder, 'cards/issued', { cardholderId: cardholder.id, cardId: card.id });
  }

  /** "Your old card is stopped, here is the new one". */
  async tellReplaced(tx: Tx, { cardholder, card }: IssuedCard): Promise<void> {
    await this.tell(tx, cardholder, 'cards/replaced', { cardholderId: cardholder.id, cardId: card.id });
  }

  /** "Somebody changed how we reach you", to where they were reached before. */
  async tellOfNewContact(tx: Tx, before: Cardholder): Promise<void> {
    await this.tell(tx, before, 'cards/contact-changed', { firstName: before.firstName });
  }

  private async tell(tx: Tx, cardholder: Cardholder, template: string, params: Record<string, string>): Promise<void> {
    const about = { kind: 'cardholder', id: cardholder.id };
    await this.messages.queue(tx, { to: recipientOf(cardholder), template, params, about });
  }
}

function postalAddress({ address, postcode }: Cardholder): string {
  return [...(address ? address.split('\n') : []), postcode].join('\n');
}

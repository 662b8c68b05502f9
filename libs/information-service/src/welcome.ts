import { type Cardholder } from '@carers/cards';
import type { Tx } from '@carers/database';
import { Messages } from '@carers/messages';
import { Injectable } from '@nestjs/common';
import { type ConsentAnswer, type Channel } from './purposes.js';
import type { Subscriber } from './subscriber.entity.js';

/** The first message of the carers service to somebody who wants to hear from it. */
@Injectable()
export class Welcome {
  constructor(private readonly messages: Messages) {}

  /** Queues it by a channel with a yes to carers information and an address; without one, nothing is sent. */
  async queue(tx: Tx, subscriber: Subscriber, to: Cardholder, answers: readonly ConsentAnswer[]): Promise<void> {
    const agreed = answers
      .filter(({ purpose, given }) => purpose === 'carers_information' && given)
      .map(({ channel }) => channel);
    // Their own channel first, then the quickest.
    const order = [...new Set<Channel>([to.contactChannel, 'email', 'post', 'text'])];
    for (const channel of order) {
      const address = agreed.includes(channel) ? addressOf(to, channel) : null;
      if (address === null) continue;
      await this.messages.queue(tx, {
        to: { channel, address, name: `${to.firstName} ${to.lastName}`, locale: subscriber.locale },
        template: 'information-service/welcome',
        params: { subscriberId: subscriber.id },
        about: { kind: 'subscriber', id: subscriber.id },
      });
      return;
    }
  }
}

/** Where a cardholder is reached by a channel; null where they gave nothing. Letters: lines, the postcode last. */
export function addressOf(cardholder: Cardholder, channel: Channel): string | null {
  if (channel === 'email') return cardholder.email;
  if (channel === 'text') return cardholder.mobile;
  return cardholder.address ? `${cardholder.address}\n${cardholder.postcode}` : null;
}

import { type Cardholder, recipientOf } from '@carers/cards';
import { Database, type Tx } from '@carers/database';
import {
  Messages,
  type OutgoingMessage,
  type ParamsSupplier,
  type SuppliedParams,
  SuppliesParams,
} from '@carers/messages';
import { Injectable } from '@nestjs/common';
import { SubscriberFiles } from '../list/subscriber-files.js';
import { PreferenceLinks } from '../preferences/preference-links.js';
import type { ConsentAnswer } from '../purposes.js';
import { Subscriber } from '../subscriber.entity.js';
import { addressOf } from '../welcome.js';

const template = 'information-service/signed-up';

/** "We have your details", to whoever signed up by themselves: it promotes nothing and needs no consent. */
@Injectable()
export class ConfirmSignUp {
  constructor(private readonly messages: Messages) {}

  async queue(tx: Tx, subscriber: Subscriber, to: Cardholder): Promise<void> {
    await this.messages.queue(tx, {
      to: recipientOf(to),
      template,
      params: { subscriberId: subscriber.id },
      about: { kind: 'subscriber', id: subscriber.id },
    });
  }

  /** Who said yes to something gets the welcome, which confirms as well. */
  async unlessWelcomed(
    tx: Tx,
    subscriber: Subscriber,
    to: Cardholder,
    answers: readonly ConsentAnswer[],
  ): Promise<void> {
    const welcomed = answers.some(
      ({ purpose, channel, given }) => purpose === 'carers_information' && given && addressOf(to, channel) !== null,
    );
    if (!welcomed) await this.queue(tx, subscriber, to);
  }
}

/** Words the confirmation when it is sent, so that no link to the preferences lies in the queue. */
@Injectable()
@SuppliesParams(template)
export class SignedUpWords implements ParamsSupplier {
  constructor(
    private readonly database: Database,
    private readonly files: SubscriberFiles,
    private readonly links: PreferenceLinks,
  ) {}

  async supply(message: OutgoingMessage): Promise<SuppliedParams> {
    const { subscriberId } = message.params as { subscriberId: string };
    const subscriber = await this.database.reader.findOneBy(Subscriber, { id: subscriberId });
    if (!subscriber) return { params: {}, drop: true };
    const { cardholder, service } = await this.files.of(subscriber);
    const { name, phone, email, web } = service;
    return {
      params: {
        firstName: cardholder.firstName,
        service: { name, phone, email, web },
        link: this.links.urlFor(subscriber),
        letter: message.channel === 'post',
      },
      secret: true,
    };
  }
}

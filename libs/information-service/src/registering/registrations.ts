import type { Actor } from '@carers/audit';
import { type Cardholder, Cards, type NewPerson } from '@carers/cards';
import type { Tx } from '@carers/database';
import { Injectable } from '@nestjs/common';
import { Consents } from '../consents.js';
import { InformationService, type NewRegistration } from '../information-service.js';
import type { Subscriber } from '../subscriber.entity.js';

/** How somebody without a card came to the carers service; see `NewRegistration`. */
export interface RegistrationWithoutCard extends Omit<NewRegistration, 'cardholder'> {
  actor: Actor;
}

/**
 * People who come to the carers service by another way than an application. A carer who wants no card has the same
 * record as a cardholder, so that lists, changes of address and duplicates work alike, and the record gets the card if
 * they apply later.
 */
@Injectable()
export class Registrations {
  constructor(
    private readonly cards: Cards,
    private readonly service: InformationService,
    private readonly consents: Consents,
  ) {}

  /**
   * Enters a carer without a card and registers them with the carers service of their region. Look for who they may be
   * already (`KnownPeople`) before; this makes a new record always.
   */
  async registerWithoutCard(
    tx: Tx,
    person: NewPerson,
    sign: RegistrationWithoutCard,
  ): Promise<{ cardholder: Cardholder; subscriber: Subscriber }> {
    const cardholder = await this.cards.enterWithoutCard(tx, person);
    const { subscriber } = await this.service.register(tx, { ...sign, cardholder });
    return { cardholder, subscriber };
  }

  /**
   * Registers somebody who is in the registry already, or takes what they say now: answers that differ are written
   * down, and whoever had left is back. Where they first came from stays as it was.
   */
  async registerKnown(tx: Tx, sign: NewRegistration): Promise<{ subscriber: Subscriber; created: boolean }> {
    const done = await this.service.register(tx, sign);
    if (done.created) return done;
    return { subscriber: await this.service.registerAgain(tx, done.subscriber.id, sign), created: false };
  }

  /**
   * Registers somebody of an older list, if they are not registered yet. What a list says is older than anything that
   * was said here: it brings nobody back who left, and answers only questions that were never answered.
   */
  async registerListed(tx: Tx, sign: NewRegistration): Promise<{ subscriber: Subscriber; created: boolean }> {
    const done = await this.service.register(tx, sign);
    if (done.created || done.subscriber.leftAt) return done;
    const asked = await this.consents.of(tx, done.subscriber.id);
    const open = sign.consents.filter(
      ({ purpose, channel }) => !asked.some((row) => row.purpose === purpose && row.channel === channel),
    );
    if (open.length > 0) await this.service.registerAgain(tx, done.subscriber.id, { ...sign, consents: open });
    return done;
  }
}

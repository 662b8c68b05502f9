import { type Actor, Audit } from '@carers/audit';
import { Cards, type NewPerson } from '@carers/cards';
import { insertMany, type Tx } from '@carers/database';
import { Clock, Ids } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { ConsentEvent } from '../consent-event.entity.js';
import type { ConsentAnswer, ConsentEvidence, SourceKind, Way } from '../purposes.js';
import { RegistrationEvent } from '../registration-event.entity.js';
import { Subscriber } from '../subscriber.entity.js';
import { SubscriberEvents } from '../subscriber-events.js';
import { Subscription } from '../subscription.entity.js';

/** Somebody of a list who is not in the registry yet. */
export interface Listed {
  person: NewPerson;
  consents: readonly ConsentAnswer[];
  evidence: ConsentEvidence | null;
}

/** What all of them have in common. */
export interface ListedBy {
  carersServiceId: string;
  /** The words that were agreed to elsewhere; null where nobody has agreed to anything. */
  wordingVersion: string | null;
  source: SourceKind;
  how: Way;
  actor: Actor;
}

/**
 * The same as `Registrations.registerWithoutCard`, for many people in a few statements: both ledgers, the state that
 * follows, the trail, and the announcements. A test compares the two. Nobody is sent a welcome.
 */
@Injectable()
export class BulkRegistrations {
  constructor(
    private readonly cards: Cards,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly audit: Audit,
    private readonly events: SubscriberEvents,
  ) {}

  /** Enters and registers people of one carers service's regions; gives their subscribers in the same order. */
  async register(tx: Tx, people: readonly Listed[], by: ListedBy): Promise<Subscriber[]> {
    if (people.length === 0) return [];
    const at = this.clock.now();
    const told = { carersServiceId: by.carersServiceId, at, how: by.how };
    const asked = { askedByKind: by.actor.kind, askedById: by.actor.id };
    const holders = await this.cards.enterManyWithoutCard(
      tx,
      people.map(({ person }) => person),
    );
    const subscribers = holders.map((holder) =>
      tx.create(Subscriber, {
        id: this.ids.next(),
        cardholderId: holder.id,
        carersServiceId: by.carersServiceId,
        regionId: holder.regionId,
        sourceKind: by.source,
        sourceCode: null,
        registeredAt: at,
        leftAt: null,
        pausedUntil: null,
        format: 'standard',
        locale: holder.locale,
        topics: [],
        linkVersion: 1,
      }),
    );
    await tx.insert(Subscriber, subscribers);
    const facts = subscribers.map(({ id, regionId, locale }): RegistrationEvent => ({
      ...told,
      ...asked,
      id: this.ids.next(),
      subscriberId: id,
      number: 1,
      fact: 'registered',
      regionId,
      changes: { format: 'standard', locale, topics: [] },
    }));
    await insertMany(tx, RegistrationEvent, facts);
    const answers = people.flatMap(({ consents, evidence }, index) =>
      by.wordingVersion && evidence
        ? consents.map((answer, turn) => ({ ...answer, evidence, subscriberId: subscribers[index]!.id, turn }))
        : [],
    );
    const { wordingVersion } = by;
    await insertMany(
      tx,
      ConsentEvent,
      answers.map(({ purpose, channel, given, evidence, subscriberId, turn }): ConsentEvent => ({
        ...told,
        ...asked,
        ...{ id: this.ids.next(), subscriberId, number: turn + 1, purpose, channel, evidence },
        decision: given ? 'given' : 'refused',
        wordingVersion: wordingVersion!,
        decidedAs: 'self',
        deciderId: null,
      })),
    );
    await insertMany(
      tx,
      Subscription,
      answers.map(({ purpose, channel, given, subscriberId }): Subscription => ({
        ...{ subscriberId, purpose, channel, active: given, since: at },
      })),
    );
    await this.audit.recordAll(
      tx,
      subscribers.map(({ id, cardholderId, carersServiceId }) => ({
        action: 'subscriber.registered',
        subject: { kind: 'subscriber', id },
        actor: by.actor,
        details: { cardholderId, carersServiceId, source: by.source },
      })),
    );
    const { carersServiceId, how, actor } = by;
    await this.events.announceMany(
      tx,
      'registered',
      subscribers.map(({ id: subscriberId }) => ({ subscriberId, carersServiceId, how, actor })),
    );
    return subscribers;
  }
}

import { type Actor, Audit } from '@carers/audit';
import type { Cardholder } from '@carers/cards';
import { Database, type Tx } from '@carers/database';
import { Clock, Ids, type LocalDate } from '@carers/kernel';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { type Asked, Consents, type Decider } from './consents.js';
import { LastDoor } from './holds/last-door.js';
import { SubscriberNotFound } from './information-service.problems.js';
import {
  type ConsentAnswer,
  type ConsentEvidence,
  type Channel,
  type Format,
  type Purpose,
  type SourceKind,
  type Way,
} from './purposes.js';
import { RegistrationEvent, type RegistrationFact } from './registration-event.entity.js';
import { Subscriber } from './subscriber.entity.js';
import { type SubscriberEvent, SubscriberEvents } from './subscriber-events.js';
import { Subscription } from './subscription.entity.js';
import { Welcome } from './welcome.js';
import { Wordings, type WordingToAsk } from './wordings.js';

/** A sign-up as a form, a paper or another system brings it. */
export interface NewRegistration {
  cardholder: Cardholder;
  source: { kind: SourceKind; code?: string | null };
  /** Every question that was asked, with a yes or a no. A question that was not asked is left out. */
  consents: readonly ConsentAnswer[];
  how: Way;
  actor: Actor;
  /** The version the person read, as `wording` gave it then; left out, the words of today are meant. */
  wordingVersion?: string;
  /** Who decided for a child; left out, the person did. */
  decidedBy?: Decider;
  /** For answers that were given elsewhere, before they came here. */
  evidence?: ConsentEvidence;
  /** No welcome is sent: for people who signed up elsewhere, long before. */
  quiet?: boolean;
  format?: Format;
  topics?: string[];
}

/** What somebody may set about what they get, besides consent. */
export interface Preferences {
  format?: Format;
  locale?: string;
  topics?: string[];
  /** First day of mail after a pause; null ends the pause. */
  pausedUntil?: LocalDate | null;
}

/**
 * Registration with the carers service and consent to be mailed: two records, always from here. Callers open the
 * transaction. Nothing here ever looks at, or changes, a card.
 */
@Injectable()
export class InformationService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly audit: Audit,
    private readonly schemes: SchemeService,
    private readonly consents: Consents,
    private readonly wordings: Wordings,
    private readonly welcome: Welcome,
    private readonly events: SubscriberEvents,
    private readonly lastDoor: LastDoor,
  ) {}

  /** How a form in this language asks for consent today: catalogue keys, one question per purpose and channel. */
  wording(locale: string): WordingToAsk {
    return this.wordings.toAsk(locale);
  }

  /** Keeps the words in force, for answers that are registered only later: then `register` knows their version. */
  async keepWording(tx: Tx, locale: string): Promise<void> {
    await this.wordings.keep(tx, locale);
  }

  /**
   * Registers a cardholder with the carers service of their region, writes down what they agreed to and refused, and
   * queues the welcome by a channel they said yes to, if there is one. A second time it changes nothing.
   */
  async register(tx: Tx, sign: NewRegistration): Promise<{ subscriber: Subscriber; created: boolean }> {
    const { cardholder, source } = sign;
    const subscriber = tx.create(Subscriber, {
      id: this.ids.next(),
      cardholderId: cardholder.id,
      carersServiceId: await this.carersServiceOf(tx, cardholder.regionId),
      regionId: cardholder.regionId,
      sourceKind: source.kind,
      sourceCode: source.code ?? null,
      registeredAt: this.clock.now(),
      leftAt: null,
      pausedUntil: null,
      format: sign.format ?? 'standard',
      locale: cardholder.locale,
      topics: sign.topics ?? [],
      linkVersion: 1,
    });
    // Two at once: the second waits for the first, then finds the row and leaves it as it is.
    const inserted = await tx
      .createQueryBuilder()
      .insert()
      .into(Subscriber)
      .values(subscriber)
      .orIgnore()
      .returning('id')
      .execute();
    if ((inserted.raw as unknown[]).length === 0) {
      return { subscriber: await tx.findOneByOrFail(Subscriber, { cardholderId: cardholder.id }), created: false };
    }
    const { format, locale, topics } = subscriber;
    await this.tell(tx, subscriber, 'registered', sign, { format, locale, topics });
    await this.consents.record(tx, subscriber, sign.consents, sign);
    await this.audit.record(tx, {
      action: 'subscriber.registered',
      subject: { kind: 'subscriber', id: subscriber.id },
      actor: sign.actor,
      details: { cardholderId: cardholder.id, carersServiceId: subscriber.carersServiceId, source: source.kind },
    });
    if (!sign.quiet) await this.welcome.queue(tx, subscriber, cardholder, sign.consents);
    await this.announce(tx, 'registered', subscriber, sign);
    return { subscriber, created: true };
  }

  /**
   * Takes what somebody on the list says when they sign up once more: whoever had left is on it again, and answers that
   * differ are written down in the words that were read this time.
   * @throws SubscriberNotFound
   */
  async registerAgain(
    tx: Tx,
    subscriberId: string,
    { consents, ...asked }: Asked & { consents: readonly ConsentAnswer[] },
  ): Promise<Subscriber> {
    const subscriber = await this.locked(tx, subscriberId);
    if (subscriber.leftAt) {
      subscriber.leftAt = null;
      await tx.update(Subscriber, { id: subscriber.id }, { leftAt: null });
      await this.tell(tx, subscriber, 'returned', asked);
      await this.announce(tx, 'returned', subscriber, asked);
    }
    await this.take(tx, subscriber, consents, asked);
    return subscriber;
  }

  /**
   * Takes new answers. Those that are as before are left out; a yes brings back somebody who had left.
   * @param read the version of the words on the form (left out, those of today), and who decided for a child
   * @throws SubscriberNotFound
   * @returns how many answers were new
   */
  async change(
    tx: Tx,
    subscriberId: string,
    answers: readonly ConsentAnswer[],
    how: Way,
    actor: Actor,
    read: Pick<Asked, 'wordingVersion' | 'decidedBy'> = {},
  ): Promise<number> {
    const subscriber = await this.locked(tx, subscriberId);
    if (subscriber.leftAt && answers.some(({ given }) => given)) {
      await tx.update(Subscriber, { id: subscriber.id }, { leftAt: null });
      await this.tell(tx, subscriber, 'returned', { how, actor });
      await this.announce(tx, 'returned', subscriber, { how, actor });
    }
    return this.take(tx, subscriber, answers, { how, actor, ...read });
  }

  /** A yes to one purpose by one channel. @throws SubscriberNotFound */
  async give(
    tx: Tx,
    subscriberId: string,
    what: Omit<ConsentAnswer, 'given'>,
    how: Way,
    actor: Actor,
  ): Promise<number> {
    return this.change(tx, subscriberId, [{ ...what, given: true }], how, actor);
  }

  /** A no to everything that fits: one purpose, one channel, or (with neither) all. @throws SubscriberNotFound */
  async withdraw(
    tx: Tx,
    subscriberId: string,
    what: { purpose?: Purpose; channel?: Channel },
    how: Way,
    actor: Actor,
  ): Promise<number> {
    const subscriber = await this.locked(tx, subscriberId);
    const active = (await this.consents.of(tx, subscriberId)).filter(
      (row) =>
        row.active &&
        (what.purpose === undefined || row.purpose === what.purpose) &&
        (what.channel === undefined || row.channel === what.channel),
    );
    const answers = active.map(({ purpose, channel }) => ({ purpose, channel, given: false }));
    return this.take(tx, subscriber, answers, { how, actor });
  }

  /** Takes somebody off the list: every consent is withdrawn, and the registration ends. @throws SubscriberNotFound */
  async leave(tx: Tx, subscriberId: string, how: Way, actor: Actor): Promise<void> {
    await this.withdraw(tx, subscriberId, {}, how, actor);
    const subscriber = await this.locked(tx, subscriberId);
    if (subscriber.leftAt) return;
    await tx.update(Subscriber, { id: subscriberId }, { leftAt: this.clock.now() });
    await this.tell(tx, subscriber, 'left', { how, actor });
    await this.audit.record(tx, {
      action: 'subscriber.left',
      subject: { kind: 'subscriber', id: subscriberId },
      actor,
      details: { how },
    });
    await this.announce(tx, 'left', subscriber, { how, actor });
  }

  /**
   * Puts somebody on the list of the service of another region. Consents that were given to the service before stay with
   * it in the ledger and open no door any more.
   * @returns both services; null where the new region has the same one
   * @throws SubscriberNotFound
   */
  async move(
    tx: Tx,
    subscriberId: string,
    regionId: string,
    how: Way,
    actor: Actor,
  ): Promise<{ from: string; to: string } | null> {
    const subscriber = await this.locked(tx, subscriberId);
    const from = subscriber.carersServiceId;
    const to = await this.carersServiceOf(tx, regionId);
    const now = { regionId, carersServiceId: to };
    await tx.update(Subscriber, { id: subscriberId }, now);
    Object.assign(subscriber, now);
    await this.tell(tx, subscriber, 'moved', { how, actor });
    if (from === to) {
      await this.announce(tx, 'changed', subscriber, { how, actor });
      return null;
    }
    await tx.delete(Subscription, { subscriberId });
    await this.events.announce(tx, 'moved', { subscriberId, carersServiceId: to, how, actor, movedFrom: from });
    return { from, to };
  }

  /** Sets format, language, topics or a pause. @throws SubscriberNotFound */
  async prefer(tx: Tx, subscriberId: string, wanted: Preferences, how: Way, actor: Actor): Promise<void> {
    const subscriber = await this.locked(tx, subscriberId);
    const changes = Object.fromEntries(
      Object.entries(wanted).filter(
        ([field, value]) =>
          value !== undefined && JSON.stringify(value) !== JSON.stringify(subscriber[field as keyof Preferences]),
      ),
    ) as Preferences;
    if (Object.keys(changes).length === 0) return;
    await tx.update(Subscriber, { id: subscriberId }, changes);
    await this.tell(tx, subscriber, 'changed', { how, actor }, changes);
    await this.audit.record(tx, {
      action: 'subscriber.changed',
      subject: { kind: 'subscriber', id: subscriberId },
      actor,
      details: { how, fields: Object.keys(changes) },
    });
    await this.announce(tx, 'changed', subscriber, { how, actor });
  }

  /** The last door for one person, without their address: `LastDoor` for many, and for what is sent. */
  async mayReceive(subscriberId: string, purpose: Purpose, channel: Channel): Promise<boolean> {
    const doors = await this.lastDoor.open(this.database.reader, purpose, [{ subscriberId, channel }]);
    return 'address' in doors.get(subscriberId)!;
  }

  private async take(tx: Tx, subscriber: Subscriber, answers: readonly ConsentAnswer[], asked: Asked): Promise<number> {
    const events = await this.consents.record(tx, subscriber, answers, asked);
    if (events.length === 0) return 0;
    await this.audit.record(tx, {
      action: 'subscriber.consents-changed',
      subject: { kind: 'subscriber', id: subscriber.id },
      actor: asked.actor,
      details: {
        how: asked.how,
        decisions: events.map(({ purpose, channel, decision }) => `${purpose} ${channel} ${decision}`),
      },
    });
    await this.announce(tx, 'consent', subscriber, asked);
    return events.length;
  }

  private async announce(
    tx: Tx,
    event: SubscriberEvent,
    { id, carersServiceId }: Subscriber,
    { how, actor }: { how: Way; actor: Actor },
  ): Promise<void> {
    await this.events.announce(tx, event, { subscriberId: id, carersServiceId, how, actor });
  }

  private async tell(
    tx: Tx,
    subscriber: Subscriber,
    fact: RegistrationFact,
    { how, actor }: { how: Way; actor: Actor },
    changes: Preferences = {},
  ): Promise<void> {
    const latest = (await tx.maximum(RegistrationEvent, 'number', { subscriberId: subscriber.id })) ?? 0;
    await tx.insert(RegistrationEvent, {
      id: this.ids.next(),
      subscriberId: subscriber.id,
      number: latest + 1,
      fact,
      carersServiceId: subscriber.carersServiceId,
      regionId: subscriber.regionId,
      at: this.clock.now(),
      how,
      askedByKind: actor.kind,
      askedById: actor.id,
      changes: { ...changes },
    });
  }

  private async carersServiceOf(tx: Tx, regionId: string): Promise<string> {
    // As last read: asking anew inside a transaction would need a second connection.
    const { regions } = this.schemes.lastKnown() ?? (await this.schemes.current());
    const known = regions.find(({ id }) => id === regionId);
    if (known) return known.carersServiceId;
    const [row] = await tx.query<{ id: string }[]>('SELECT carers_service_id AS id FROM region WHERE id = $1', [
      regionId,
    ]);
    if (!row) throw new Error(`There is no region ${regionId}.`);
    return row.id;
  }

  private async locked(tx: Tx, id: string): Promise<Subscriber> {
    const subscriber = await tx.findOne(Subscriber, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!subscriber) throw new SubscriberNotFound();
    return subscriber;
  }
}

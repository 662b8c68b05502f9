import type { Actor } from '@carers/audit';
import { Cardholder } from '@carers/cards';
import type { Tx } from '@carers/database';
import { Clock, Ids } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { type Capacity, ConsentDecider } from './children/consent-decider.entity.js';
import { Ages } from './children/young-rules.js';
import { ConsentEvent } from './consent-event.entity.js';
import type { ConsentAnswer, ConsentEvidence, Decision, Way } from './purposes.js';
import type { Subscriber } from './subscriber.entity.js';
import { Subscription } from './subscription.entity.js';
import { Wordings } from './wordings.js';

/** An adult who decides for a child. */
export interface Decider {
  capacity: Capacity;
  name: string;
  /** How to reach them, as they gave it. */
  contact?: string | null;
}

/** How answers came, and in which words they were asked for. */
export interface Asked {
  how: Way;
  actor: Actor;
  /** The version that the person read; the one of today in their language when not given. */
  wordingVersion?: string;
  /** Who decided for a child; left out, the person did. */
  decidedBy?: Decider;
  /** For answers that were given elsewhere. */
  evidence?: ConsentEvidence;
}

/** The ledger of consents, and the state that follows from it: both are written in one transaction. */
@Injectable()
export class Consents {
  constructor(
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly wordings: Wordings,
    private readonly ages: Ages,
  ) {}

  /**
   * Writes down every answer that is new or differs from the last one, refusals too. Lock the subscriber first. A yes that
   * somebody is too young to give is left out: a child's own, and to offers of businesses below the scheme's age.
   * @returns what was written, empty when nothing changed
   */
  async record(
    tx: Tx,
    subscriber: Subscriber,
    answers: readonly ConsentAnswer[],
    asked: Asked,
  ): Promise<ConsentEvent[]> {
    const before = new Map((await this.of(tx, subscriber.id)).map((row) => [nameOf(row), row.active]));
    const valid = await this.valid(tx, subscriber, answers, asked);
    const last = new Map(valid.map((answer) => [nameOf(answer), answer]));
    const changed = [...last.values()].filter((answer) => before.get(nameOf(answer)) !== answer.given);
    if (changed.length === 0) return [];

    const wordingVersion = await this.wordings.versionFor(tx, subscriber.locale, asked.wordingVersion);
    const at = this.clock.now();
    const deciderId = asked.decidedBy ? await this.enter(tx, subscriber, asked.decidedBy) : null;
    const latest = (await tx.maximum(ConsentEvent, 'number', { subscriberId: subscriber.id })) ?? 0;
    const events = changed.map((answer, index): ConsentEvent => ({
      id: this.ids.next(),
      subscriberId: subscriber.id,
      number: latest + index + 1,
      carersServiceId: subscriber.carersServiceId,
      purpose: answer.purpose,
      channel: answer.channel,
      decision: decisionOf(answer.given, before.get(nameOf(answer))),
      wordingVersion,
      at,
      how: asked.how,
      askedByKind: asked.actor.kind,
      askedById: asked.actor.id,
      evidence: asked.evidence ?? null,
      decidedAs: asked.decidedBy?.capacity ?? 'self',
      deciderId,
    }));
    await tx.insert(ConsentEvent, events);
    const rows = changed.map(({ purpose, channel, given }) => ({
      subscriberId: subscriber.id,
      purpose,
      channel,
      active: given,
      since: at,
    }));
    await tx.upsert(Subscription, rows, ['subscriberId', 'purpose', 'channel']);
    return events;
  }

  private async valid(
    tx: Tx,
    { cardholderId }: Subscriber,
    answers: readonly ConsentAnswer[],
    { decidedBy }: Asked,
  ): Promise<ConsentAnswer[]> {
    const { birthDate } = await tx.findOneByOrFail(Cardholder, { id: cardholderId });
    const { adultDecides, noOffers } = await this.ages.rulesFor(birthDate);
    return answers.filter(
      ({ given, purpose }) => !given || !((adultDecides && !decidedBy) || (noOffers && purpose === 'business_offers')),
    );
  }

  private async enter(tx: Tx, { id: subscriberId }: Subscriber, { capacity, name, contact }: Decider): Promise<string> {
    const id = this.ids.next();
    const decidedAt = this.clock.now();
    const decider = { id, subscriberId, capacity, name, contact: contact ?? null, decidedAt, childAskedAt: null };
    await tx.insert(ConsentDecider, decider);
    return id;
  }

  /** Where somebody stands with every purpose and channel they were asked about. */
  async of(tx: Tx, subscriberId: string): Promise<Subscription[]> {
    return tx.find(Subscription, { where: { subscriberId }, order: { purpose: 'ASC', channel: 'ASC' } });
  }
}

function decisionOf(given: boolean, before: boolean | undefined): Decision {
  if (given) return 'given';
  return before ? 'withdrawn' : 'refused';
}

function nameOf({ purpose, channel }: Pick<ConsentAnswer, 'purpose' | 'channel'>): string {
  return `${purpose} ${channel}`;
}

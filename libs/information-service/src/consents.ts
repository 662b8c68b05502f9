import type { Actor } from '@carers/audit';
import type { Tx } from '@carers/database';
import { Clock, Ids } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { ConsentEvent } from './consent-event.entity.js';
import type { ConsentAnswer, ConsentEvidence, Decision, Way } from './purposes.js';
import type { Subscriber } from './subscriber.entity.js';
import { Subscription } from './subscription.entity.js';
import { Wordings } from './wordings.js';

/** How answers came, and in which words they were asked for. */
export interface Asked {
  how: Way;
  actor: Actor;
  /** The version that the person read; the one of today in their language when not given. */
  wordingVersion?: string;
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
  ) {}

  /**
   * Writes down every answer that is new or differs from the last one, refusals too. Lock the subscriber first.
   * @returns what was written, empty when nothing changed
   */
  async record(
    tx: Tx,
    subscriber: Subscriber,
    answers: readonly ConsentAnswer[],
    asked: Asked,
  ): Promise<ConsentEvent[]> {
    const before = new Map((await this.of(tx, subscriber.id)).map((row) => [nameOf(row), row.active]));
    const last = new Map(answers.map((answer) => [nameOf(answer), answer]));
    const changed = [...last.values()].filter((answer) => before.get(nameOf(answer)) !== answer.given);
    if (changed.length === 0) return [];

    const wordingVersion = await this.wordings.versionFor(tx, subscriber.locale, asked.wordingVersion);
    const at = this.clock.now();
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

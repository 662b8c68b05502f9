import { type Actor, Audit } from '@carers/audit';
import { Cardholder } from '@carers/cards';
import { Database, type Tx } from '@carers/database';
import { Clock } from '@carers/kernel';
import { Suppressions } from '@carers/suppression';
import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { LetterCode } from '../preferences/letter-code.entity.js';
import { type IssuedLetterCode, LetterCodes } from '../preferences/letter-codes.js';
import { covers, type OfficerScope } from '../officer-scope.js';
import { type Channel, channels, purposes } from '../purposes.js';
import { Subscriber } from '../subscriber.entity.js';
import { addressOf } from '../welcome.js';
import { LastDoor } from './last-door.js';
import { ReturnedLetter, type ReturnOutcome, type ReturnReason } from './returned-letter.entity.js';
import { SubscriberHolds } from './subscriber-holds.js';

/** What became of a code that was typed or scanned. */
export interface Scanned {
  subscriberId: string;
  name: string;
  outcome: ReturnOutcome;
  /** False where this letter was there before: nothing is changed then. */
  isNew: boolean;
}

/** A letter that came back, with whom it was to reach and what still reaches them. */
export interface ReturnedLine {
  letter: ReturnedLetter;
  name: string;
  /** Channels they agreed to, for one purpose at least, by which something may leave today. */
  others: Channel[];
}

/** Letters that came back. The code on the letter says whose it is; the envelope need not be opened. */
@Injectable()
export class ReturnedPost {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly audit: Audit,
    private readonly codes: LetterCodes,
    private readonly holds: SubscriberHolds,
    private readonly suppressions: Suppressions,
    private readonly lastDoor: LastDoor,
  ) {}

  /**
   * Takes a letter that came back. Gone away and refused stop post to this person, an incomplete address to everybody at
   * it, a death everything. A letter that went to an address they have left since tells nothing of the new one.
   * @param why an officer's words for the record of a death
   * @returns null for a code of nobody whom the officer may see
   */
  async take(
    typed: string,
    reason: ReturnReason,
    scope: OfficerScope,
    actor: Actor,
    why: string,
  ): Promise<Scanned | null> {
    const issued = await this.codes.find(typed);
    if (!issued) return null;
    return this.database.transaction(async (tx) => {
      const lock = { mode: 'pessimistic_write' } as const;
      const subscriber = await tx.findOne(Subscriber, { where: { id: issued.subscriberId }, lock });
      if (!subscriber || !covers(scope, subscriber)) return null;
      const cardholder = await tx.findOneByOrFail(Cardholder, { id: subscriber.cardholderId });
      const name = `${cardholder.firstName} ${cardholder.lastName}`;
      const letterCodeId = await this.idOf(tx, issued);
      const before = await tx.findOneBy(ReturnedLetter, { letterCodeId });
      if (before) return { subscriberId: subscriber.id, name, outcome: before.outcome, isNew: false };

      const outcome = await this.outcomeOf(tx, reason, issued, cardholder);
      if (outcome === 'held')
        await this.holds.hold(tx, subscriber.id, 'deceased', { how: 'returned_post', actor, why });
      if (outcome === 'post_stopped') await this.stopPost(tx, subscriber, cardholder, reason, actor);
      await tx.insert(ReturnedLetter, {
        letterCodeId,
        subscriberId: subscriber.id,
        reason,
        outcome,
        recordedAt: this.clock.now(),
        recordedBy: actor.id,
      });
      await this.audit.record(tx, {
        action: 'subscriber.letter-returned',
        subject: { kind: 'subscriber', id: subscriber.id },
        actor,
        details: { reason, outcome },
      });
      return { subscriberId: subscriber.id, name, outcome, isNew: true };
    });
  }

  /** What an officer took last, the newest first, of the people they may still see. */
  async lastOf(accountId: string, scope: OfficerScope, count = 15): Promise<ReturnedLine[]> {
    const { reader } = this.database;
    const letters = await reader.find(ReturnedLetter, {
      where: { recordedBy: accountId },
      order: { recordedAt: 'DESC', letterCodeId: 'DESC' },
      take: count,
    });
    const subscribers = (await reader.findBy(Subscriber, { id: In(letters.map((each) => each.subscriberId)) })).filter(
      (subscriber) => covers(scope, subscriber),
    );
    const cardholders = await reader.findBy(Cardholder, { id: In(subscribers.map((each) => each.cardholderId)) });
    const others = await this.openTo(subscribers.map(({ id }) => id));
    return letters.flatMap((letter) => {
      const subscriber = subscribers.find(({ id }) => id === letter.subscriberId);
      const cardholder = cardholders.find(({ id }) => id === subscriber?.cardholderId);
      if (!cardholder) return [];
      const name = `${cardholder.firstName} ${cardholder.lastName}`;
      return [{ letter, name, others: others.get(letter.subscriberId) ?? [] }];
    });
  }

  /** By what each of some people may be reached today: as the last door says. */
  async openTo(subscriberIds: readonly string[]): Promise<Map<string, Channel[]>> {
    const ids = [...new Set(subscriberIds)];
    const open = new Map<string, Channel[]>();
    for (const channel of channels) {
      const knocks = ids.map((subscriberId) => ({ subscriberId, channel }));
      const asked = await Promise.all(
        purposes.map((purpose) => this.lastDoor.open(this.database.reader, purpose, knocks)),
      );
      for (const id of ids)
        if (asked.some((doors) => 'address' in doors.get(id)!)) open.set(id, [...(open.get(id) ?? []), channel]);
    }
    return open;
  }

  private async outcomeOf(
    tx: Tx,
    reason: ReturnReason,
    { issuedAt }: IssuedLetterCode,
    { id }: Cardholder,
  ): Promise<ReturnOutcome> {
    if (reason === 'deceased') return 'held';
    const history = await this.audit.historyOf({ kind: 'cardholder', id }, 200, tx);
    const moved = history.some(({ action, happenedAt, details }) => {
      const { changed = [] } = details as { changed?: string[] };
      const where = changed.includes('address') || changed.includes('postcode');
      return action === 'cardholder.details-corrected' && happenedAt > issuedAt && where;
    });
    return moved ? 'old_address' : 'post_stopped';
  }

  private async stopPost(
    tx: Tx,
    subscriber: Subscriber,
    cardholder: Cardholder,
    reason: ReturnReason,
    actor: Actor,
  ): Promise<void> {
    const address = addressOf(cardholder, 'post');
    if (!address) return;
    // What is wrong with the address is wrong for everybody there; who is gone or refuses is one person.
    const name = reason === 'incomplete' ? null : `${cardholder.firstName} ${cardholder.lastName}`;
    const about = { kind: 'subscriber', id: subscriber.id };
    await this.suppressions.suppress(tx, { channel: 'post', address, name, reason: 'returned', about }, actor);
  }

  private async idOf(tx: Tx, { subscriberId, about }: IssuedLetterCode): Promise<string> {
    const where = { subscriberId, aboutKind: about.kind, aboutId: about.id };
    return (await tx.findOneOrFail(LetterCode, { where, select: { id: true } })).id;
  }
}

import { type Actor, Audit } from '@carers/audit';
import { Card, Cardholder, Cards } from '@carers/cards';
import type { Tx } from '@carers/database';
import { Clock, Ids } from '@carers/kernel';
import { type Channel, Suppressions } from '@carers/suppression';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { SubscriberNotFound } from '../information-service.problems.js';
import { type Way } from '../purposes.js';
import { Subscriber } from '../subscriber.entity.js';
import { SubscriberEvents } from '../subscriber-events.js';
import { addressOf } from '../welcome.js';
import { type HoldReason, type HoldWay } from './hold-reasons.js';
import { SubscriberHold } from './subscriber-hold.entity.js';
import { SubscriberHoldEvent } from './subscriber-hold-event.entity.js';

/** Who says so, how they know, and why, in an officer's own words where there is one. */
export interface Told {
  how: HoldWay;
  actor: Actor;
  why: string | null;
}

/**
 * Whose addresses take nothing under their name while the hold lasts, so that messages about a card stop too. Somebody who
 * moved is still reached about the card by e-mail and text.
 */
const silenced: Record<HoldReason, readonly Channel[]> = {
  deceased: ['email', 'text', 'post'],
  moved_away: ['post'],
  under_review: ['email', 'text', 'post'],
};

/** How a hold tells the list's listeners how it came. */
const wayOf: Record<HoldWay, Way> = {
  phone: 'phone',
  paper: 'paper',
  in_person: 'phone',
  returned_post: 'paper',
  new_address: 'link',
  household: 'phone',
};

/**
 * The ledger of holds on people and the state that follows from it, written in one transaction. A hold says nothing to
 * anybody: no message begins or ends it.
 */
@Injectable()
export class SubscriberHolds {
  constructor(
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly audit: Audit,
    private readonly cards: Cards,
    private readonly suppressions: Suppressions,
    private readonly events: SubscriberEvents,
  ) {}

  /**
   * From now on this person is sent nothing. A death also suspends the card that runs: suspended, not ended, so that one
   * that was recorded by mistake can be put right with the card in hand.
   * @throws SubscriberNotFound
   * @returns whether it is new
   */
  async hold(tx: Tx, subscriberId: string, reason: HoldReason, told: Told): Promise<boolean> {
    const subscriber = await this.locked(tx, subscriberId);
    if (await this.isHeld(tx, subscriberId, reason)) return false;
    const cardholder = await tx.findOneByOrFail(Cardholder, { id: subscriber.cardholderId });
    const about = { kind: 'subscriber', id: subscriberId };
    for (const channel of silenced[reason]) {
      const address = addressOf(cardholder, channel);
      const name = `${cardholder.firstName} ${cardholder.lastName}`;
      if (address) await this.suppressions.suppress(tx, { channel, address, name, reason, about }, told.actor);
    }
    const cardId = reason === 'deceased' ? await this.suspendCard(tx, subscriber, told) : null;
    await this.write(tx, subscriber, { reason, active: true, cardId }, told);
    return true;
  }

  /**
   * Ends a hold: it was a mistake, or no longer holds. The card that was suspended because of it works again, unless it
   * ended in the meantime. What the person had agreed to stands as it was.
   * @throws SubscriberNotFound
   * @returns whether there was one
   */
  async lift(tx: Tx, subscriberId: string, reason: HoldReason, told: Told): Promise<boolean> {
    const subscriber = await this.locked(tx, subscriberId);
    const held = await tx.findOneBy(SubscriberHold, { subscriberId, reason, active: true });
    if (!held) return false;
    await this.suppressions.liftAbout(
      tx,
      { kind: 'subscriber', id: subscriberId },
      reason,
      told.actor,
      told.why ?? undefined,
    );
    if (held.cardId) {
      const card = await tx.findOne(Card, { where: { id: held.cardId }, lock: { mode: 'pessimistic_write' } });
      if (card?.status === 'suspended') await this.cards.lift(tx, card.id, told.actor, told.why ?? '');
    }
    await this.write(tx, subscriber, { reason, active: false, cardId: null }, told);
    return true;
  }

  /** What holds somebody back now, the longest first. */
  async of(reader: EntityManager, subscriberId: string): Promise<SubscriberHold[]> {
    return reader.find(SubscriberHold, {
      where: { subscriberId, active: true },
      order: { since: 'ASC', reason: 'ASC' },
    });
  }

  async isHeld(reader: EntityManager, subscriberId: string, reason: HoldReason): Promise<boolean> {
    return reader.existsBy(SubscriberHold, { subscriberId, reason, active: true });
  }

  private async suspendCard(tx: Tx, { cardholderId }: Subscriber, told: Told): Promise<string | null> {
    const card = await tx.findOne(Card, {
      where: { cardholderId },
      order: { issueNumber: 'DESC' },
      lock: { mode: 'pessimistic_write' },
    });
    // One that a registrar had stopped stays stopped, whatever becomes of this.
    if (card?.status !== 'active') return null;
    await this.cards.suspend(tx, card.id, told.actor, told.why ?? '');
    return card.id;
  }

  private async write(
    tx: Tx,
    subscriber: Subscriber,
    { reason, active, cardId }: Pick<SubscriberHold, 'reason' | 'active' | 'cardId'>,
    { how, actor, why }: Told,
  ): Promise<void> {
    const { id: subscriberId, carersServiceId } = subscriber;
    const at = this.clock.now();
    const fact = active ? 'held' : 'lifted';
    const latest = (await tx.maximum(SubscriberHoldEvent, 'number', { subscriberId })) ?? 0;
    await tx.insert(SubscriberHoldEvent, {
      id: this.ids.next(),
      subscriberId,
      number: latest + 1,
      reason,
      fact,
      carersServiceId,
      at,
      how,
      askedByKind: actor.kind,
      askedById: actor.id,
    });
    await tx.upsert(SubscriberHold, { subscriberId, reason, active, since: at, cardId }, ['subscriberId', 'reason']);
    await this.audit.record(tx, {
      action: `subscriber.${fact}`,
      subject: { kind: 'subscriber', id: subscriberId },
      actor,
      reason: why,
      details: { reason, how },
    });
    await this.events.announce(tx, 'held', { subscriberId, carersServiceId, how: wayOf[how], actor });
  }

  private async locked(tx: Tx, id: string): Promise<Subscriber> {
    const subscriber = await tx.findOne(Subscriber, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!subscriber) throw new SubscriberNotFound();
    return subscriber;
  }
}

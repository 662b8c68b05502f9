import { Audit } from '@carers/audit';
import type { Tx } from '@carers/database';
import { addDays, addMonths, Clock, Ids, type LocalDate } from '@carers/kernel';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { type EntityManager, IsNull } from 'typeorm';
import { InformationService } from '../information-service.js';
import { SubscriberNotFound } from '../information-service.problems.js';
import { Subscriber } from '../subscriber.entity.js';
import { noticeDays } from './card-days.js';
import { CaringEnd } from './caring-end.entity.js';
import type { Told } from './subscriber-holds.js';

/** What somebody gets after the person they cared for has died, until they say more. */
export const meanwhiles = ['pause', 'as_before', 'leave'] as const;
export type Meanwhile = (typeof meanwhiles)[number];

/** How long nothing is sent to somebody who wants quiet, in months. */
const quietMonths = 3;

/** The same, or what somebody said themselves on a page. */
type Heard = Omit<Told, 'how'> & { how: Told['how'] | 'web' };

/**
 * When caring ends the card goes on for the tail of the scheme's policy and then ends; the person may stay with the carers
 * service. Nothing is kept of whom they cared for.
 */
@Injectable()
export class CaringEnds {
  constructor(
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly audit: Audit,
    private readonly schemes: SchemeService,
    private readonly service: InformationService,
  ) {}

  /** The last day of a card when caring ended on a day, by the policy of that day; never so soon that no notice is left. */
  async cardUntil(endedOn: LocalDate): Promise<LocalDate> {
    const { card } = await this.schemes.policyOn(endedOn);
    const afterTail = addMonths(endedOn, card.tailMonths);
    const soonest = addDays(this.clock.today(), noticeDays);
    return afterTail > soonest ? afterTail : soonest;
  }

  /**
   * Their caring has ended: writes down until when the card goes on, and does what they want in the meantime. Again
   * changes nothing of the date.
   * @param cardUntil of `cardUntil`, asked before the transaction
   * @throws SubscriberNotFound
   * @returns whether it is new
   */
  async record(
    tx: Tx,
    subscriberId: string,
    { endedOn, cardUntil, meanwhile }: { endedOn: LocalDate; cardUntil: LocalDate; meanwhile: Meanwhile },
    { how, actor, why }: Told,
  ): Promise<boolean> {
    await this.locked(tx, subscriberId);
    const isNew = !(await this.running(tx, subscriberId));
    if (isNew) {
      await tx.insert(CaringEnd, {
        id: this.ids.next(),
        subscriberId,
        endedOn,
        cardUntil,
        recordedAt: this.clock.now(),
        toldAt: null,
        finishedAt: null,
        takenBackAt: null,
      });
      await this.tell(tx, 'subscriber.caring-ended', subscriberId, { how, actor, why }, { endedOn, cardUntil });
    }
    await this.quieten(tx, subscriberId, meanwhile, { how, actor, why });
    return isNew;
  }

  /** Does what somebody who was bereaved wants to get for now; their card and their caring are as before. */
  async quieten(tx: Tx, subscriberId: string, meanwhile: Meanwhile, { how, actor }: Told): Promise<void> {
    const way = how === 'paper' ? 'paper' : 'phone';
    const pausedUntil = addMonths(this.clock.today(), quietMonths);
    if (meanwhile === 'pause') await this.service.prefer(tx, subscriberId, { pausedUntil }, way, actor);
    if (meanwhile === 'leave') await this.service.leave(tx, subscriberId, way, actor);
  }

  /** It was a mistake, or they care for somebody again: the card goes on. @returns whether there was one to take back */
  async takeBack(tx: Tx, subscriberId: string, told: Heard): Promise<boolean> {
    await this.locked(tx, subscriberId);
    const running = await this.running(tx, subscriberId);
    if (!running) return false;
    await tx.update(CaringEnd, { id: running.id }, { takenBackAt: this.clock.now() });
    await this.tell(tx, 'subscriber.caring-goes-on', subscriberId, told, {});
    return true;
  }

  /** The one that runs, if there is one. */
  async running(reader: EntityManager, subscriberId: string): Promise<CaringEnd | null> {
    return reader.findOneBy(CaringEnd, { subscriberId, finishedAt: IsNull(), takenBackAt: IsNull() });
  }

  private async tell(
    tx: Tx,
    action: string,
    subscriberId: string,
    { how, actor, why }: Heard,
    details: Record<string, unknown>,
  ): Promise<void> {
    const subject = { kind: 'subscriber', id: subscriberId };
    await this.audit.record(tx, { action, subject, actor, reason: why, details: { how, ...details } });
  }

  private async locked(tx: Tx, id: string): Promise<void> {
    const where = { id };
    if (!(await tx.findOne(Subscriber, { where, lock: { mode: 'pessimistic_write' } }))) throw new SubscriberNotFound();
  }
}

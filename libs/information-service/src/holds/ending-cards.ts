import { Card, Cardholder, Cards, CaringRoles, recipientOf } from '@carers/cards';
import { Database, type Tx } from '@carers/database';
import { HandlesJob, type JobHandler, JobName, Jobs } from '@carers/jobs';
import { addDays, Clock, type LocalDate } from '@carers/kernel';
import { Messages, type Recipient } from '@carers/messages';
import { type Channel, Suppressions } from '@carers/suppression';
import { Injectable } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { Subscriber } from '../subscriber.entity.js';
import { addressOf } from '../welcome.js';
import { CaringEnd } from './caring-end.entity.js';
import { daysToPutRight, noticeDays } from './card-days.js';
import { SubscriberHolds } from './subscriber-holds.js';

const endCards = new JobName<{ day: LocalDate }>('information-service.end-cards', { expiresAfter: 900 });
const system = { kind: 'system', id: endCards.queue } as const;

/** Asks every night; any number of workers ask once. */
@Injectable()
export class EndingCardsSchedule {
  constructor(
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  @Cron('0 10 4 * * *', { timeZone: 'Europe/London' })
  async ask(): Promise<void> {
    const day = this.clock.today();
    await this.jobs.enqueueAlone(endCards, { day }, { once: day });
  }
}

/**
 * Ends what somebody's caring, or their life, has ended: cards past their tail, with one message before; and cards of
 * people who died, when it is too late to be a mistake. Each in a transaction of its own, so a worker that dies has lost
 * nothing, and one that starts again does nothing twice.
 */
@Injectable()
@HandlesJob(endCards)
export class EndCards implements JobHandler<{ day: LocalDate }> {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly cards: Cards,
    private readonly roles: CaringRoles,
    private readonly holds: SubscriberHolds,
    private readonly messages: Messages,
    private readonly suppressions: Suppressions,
  ) {}

  async handle(): Promise<void> {
    const today = this.clock.today();
    const open = 'finished_at IS NULL AND taken_back_at IS NULL';
    // Those that end come first: whoever is told tonight keeps the card for a day at least.
    await this.each(`SELECT id FROM caring_end WHERE ${open} AND card_until < $1::date`, [today], (tx, id) =>
      this.finish(tx, id),
    );
    await this.each(
      `SELECT id FROM caring_end WHERE ${open} AND told_at IS NULL AND card_until <= $1::date`,
      [addDays(today, noticeDays)],
      (tx, id) => this.announce(tx, id),
    );
    await this.each(
      `SELECT hold.subscriber_id AS id FROM subscriber_hold hold
         JOIN subscriber s ON s.id = hold.subscriber_id
         JOIN card ON card.cardholder_id = s.cardholder_id AND card.status <> 'revoked'
        WHERE hold.reason = 'deceased' AND hold.active AND hold.since < $1`,
      [new Date(this.clock.now().getTime() - daysToPutRight * 86_400_000)],
      (tx, id) => this.endAfterDeath(tx, id),
    );
  }

  /** At most 2,000 a night; the rest follows in the next. What goes wrong with one keeps nobody else waiting. */
  private async each(statement: string, values: unknown[], step: (tx: Tx, id: string) => Promise<void>): Promise<void> {
    const rows = await this.database.query<{ id: string }>(`${statement} ORDER BY 1 LIMIT 2000`, values);
    const failures: unknown[] = [];
    for (const { id } of rows)
      await this.database.transaction((tx) => step(tx, id)).catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} of ${rows.length} failed.`);
  }

  /** The card ends, and its holder is a former carer from now on. Whoever was never told is told first. */
  private async finish(tx: Tx, id: string): Promise<void> {
    const { end, subscriber } = await this.locked(tx, id);
    if (!end) return;
    const card = await this.runningCard(tx, subscriber.cardholderId);
    const died = await this.holds.isHeld(tx, subscriber.id, 'deceased');
    if (card && !end.toldAt && !died) return;
    if (card && !died) await this.cards.revoke(tx, card.id, 'caring_ended', system);
    if (!died) await this.roles.becomeFormerCarer(tx, subscriber.cardholderId, system);
    await tx.update(CaringEnd, { id }, { finishedAt: this.clock.now() });
  }

  /** One message, about the card alone, to somebody who is alive and has one that works longer than its new last day. */
  private async announce(tx: Tx, id: string): Promise<void> {
    const { end, subscriber } = await this.locked(tx, id);
    if (!end || end.toldAt || (await this.holds.isHeld(tx, subscriber.id, 'deceased'))) return;
    // After a night without a worker everybody still has their notice.
    const soonest = addDays(this.clock.today(), noticeDays);
    const cardUntil = end.cardUntil > soonest ? end.cardUntil : soonest;
    await tx.update(CaringEnd, { id }, { toldAt: this.clock.now(), cardUntil });
    const card = await this.runningCard(tx, subscriber.cardholderId);
    if (!card || card.validUntil <= cardUntil) return;
    const cardholder = await tx.findOneByOrFail(Cardholder, { id: subscriber.cardholderId });
    await this.messages.queue(tx, {
      to: await this.reachable(tx, cardholder),
      template: 'information-service/card-ends',
      params: { caringEndId: id },
      about: { kind: 'cardholder', id: cardholder.id },
    });
  }

  private async endAfterDeath(tx: Tx, subscriberId: string): Promise<void> {
    const subscriber = await tx.findOneOrFail(Subscriber, {
      where: { id: subscriberId },
      lock: { mode: 'pessimistic_write' },
    });
    if (!(await this.holds.isHeld(tx, subscriberId, 'deceased'))) return;
    const card = await this.runningCard(tx, subscriber.cardholderId);
    if (card) await this.cards.revoke(tx, card.id, 'left', system);
  }

  private async locked(tx: Tx, id: string): Promise<{ end: CaringEnd | null; subscriber: Subscriber }> {
    const { subscriberId } = await tx.findOneByOrFail(CaringEnd, { id });
    const lock = { mode: 'pessimistic_write' } as const;
    // In the order in which pages lock, so that none waits for the other.
    const subscriber = await tx.findOneOrFail(Subscriber, { where: { id: subscriberId }, lock });
    const end = await tx.findOneByOrFail(CaringEnd, { id });
    return { subscriber, end: end.finishedAt || end.takenBackAt ? null : end };
  }

  private async runningCard(tx: Tx, cardholderId: string): Promise<Card | null> {
    const card = await tx.findOne(Card, {
      where: { cardholderId },
      order: { issueNumber: 'DESC' },
      lock: { mode: 'pessimistic_write' },
    });
    return card && card.status !== 'revoked' ? card : null;
  }

  /** Their own channel, or another one if nothing arrives there. */
  private async reachable(tx: Tx, cardholder: Cardholder): Promise<Recipient> {
    const own = recipientOf(cardholder);
    const channels = [...new Set<Channel>([own.channel, 'email', 'text', 'post'])];
    const ways = channels.flatMap((channel) => {
      const address = channel === own.channel ? own.address : addressOf(cardholder, channel);
      return address ? [{ ...own, channel, address }] : [];
    });
    const blocked = await this.suppressions.blockedOf(tx, ways);
    return ways.find((_, index) => !blocked[index]) ?? own;
  }
}

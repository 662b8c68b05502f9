import { type Actor } from '@carers/audit';
import { Cardholder, Cardholders, type CardState } from '@carers/cards';
import { Database, type Tx } from '@carers/database';
import { Clock } from '@carers/kernel';
import { Outbox } from '@carers/messages';
import { type SuppressedAddress, Suppressions } from '@carers/suppression';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type Channel, channels } from '../purposes.js';
import type { Subscriber } from '../subscriber.entity.js';
import { SubscriberFiles } from '../list/subscriber-files.js';
import { addressOf } from '../welcome.js';
import type { CaringEnd } from './caring-end.entity.js';
import { CaringEnds } from './caring-ends.js';
import { Households, type Neighbour } from './households.js';
import { ReturnedPost } from './returned-post.js';
import type { SubscriberHold } from './subscriber-hold.entity.js';
import { SubscriberHolds } from './subscriber-holds.js';

/** One address of a person that takes nothing for them, and why. */
export interface BlockedAddress {
  channel: Channel;
  address: string;
  rows: SuppressedAddress[];
}

/** What stands between a person and their post. */
export interface Situation {
  cardholder: Cardholder;
  holds: SubscriberHold[];
  /** Held for a reason of its own: what only follows from a hold on the person is left out. */
  blocked: BlockedAddress[];
  caringEnd: CaringEnd | null;
  /** Null for somebody without a card. */
  card: CardState | null;
  /** The others at the same address, and whether post to them goes on, waits, or has ended with their life. */
  others: (Neighbour & { post: 'as-before' | 'waiting' | 'died' })[];
  /** By what something may leave to them today. */
  open: Channel[];
  /** Messages of the last time that were held back. */
  heldBack: { number: number; last: Date | null };
}

/** What holds messages back from one person, put together for an officer; and giving an address free again. */
@Injectable()
export class Situations {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly files: SubscriberFiles,
    private readonly cardholders: Cardholders,
    private readonly holds: SubscriberHolds,
    private readonly caringEnds: CaringEnds,
    private readonly households: Households,
    private readonly suppressions: Suppressions,
    private readonly returned: ReturnedPost,
    private readonly outbox: Outbox,
  ) {}

  async of(subscriber: Subscriber): Promise<Situation> {
    const { reader } = this.database;
    const { cardholder } = await this.files.of(subscriber);
    const about = [
      { kind: 'subscriber', id: subscriber.id },
      { kind: 'cardholder', id: cardholder.id },
    ];
    const [holds, blocked, caringEnd, card, neighbours, open, heldBack] = await Promise.all([
      this.holds.of(reader, subscriber.id),
      this.blockedOf(reader, subscriber, cardholder),
      this.caringEnds.running(reader, subscriber.id),
      this.cardOf(cardholder),
      this.households.othersWith(reader, cardholder),
      this.returned.openTo([subscriber.id]),
      this.outbox.suppressed(about),
    ]);
    return {
      cardholder,
      holds,
      blocked,
      caringEnd,
      card,
      others: await this.waitingOf(neighbours),
      open: open.get(subscriber.id) ?? [],
      heldBack,
    };
  }

  /**
   * An officer lets an address be used again: bounces, complaints, letters that came back, and post that waited because
   * somebody in the household died. A hold on the person stays; it is lifted by itself.
   * @returns how many reasons were lifted
   */
  async release(tx: Tx, subscriber: Subscriber, channel: Channel, actor: Actor, why: string): Promise<number> {
    const cardholder = await tx.findOneByOrFail(Cardholder, { id: subscriber.cardholderId });
    const blocked = (await this.blockedOf(tx, subscriber, cardholder)).find((each) => each.channel === channel);
    let lifted = 0;
    for (const { nameHash, reason } of blocked?.rows ?? []) {
      const name = nameHash ? nameOf(cardholder) : null;
      if (await this.suppressions.lift(tx, { channel, address: blocked!.address, name, reason }, actor, why)) lifted++;
    }
    return lifted;
  }

  private async blockedOf(
    through: EntityManager,
    subscriber: Subscriber,
    cardholder: Cardholder,
  ): Promise<BlockedAddress[]> {
    const holds = await this.holds.of(through, subscriber.id);
    const found: BlockedAddress[] = [];
    for (const channel of channels) {
      const address = addressOf(cardholder, channel);
      if (!address) continue;
      const all = await this.suppressions.of(through, { channel, address, name: nameOf(cardholder) });
      const rows = all.filter(
        ({ aboutKind, aboutId, reason }) =>
          !(aboutKind === 'subscriber' && aboutId === subscriber.id && holds.some((hold) => hold.reason === reason)),
      );
      if (rows.length > 0) found.push({ channel, address, rows });
    }
    return found;
  }

  private async cardOf(cardholder: Cardholder): Promise<CardState | null> {
    const { card } = await this.cardholders.person(cardholder.id);
    return card && card.stateOn(this.clock.today());
  }

  private async waitingOf(neighbours: readonly Neighbour[]): Promise<Situation['others']> {
    const post = neighbours.map(({ cardholder }) => ({
      channel: 'post' as const,
      address: addressOf(cardholder, 'post')!,
      name: nameOf(cardholder),
    }));
    const blocked = await this.suppressions.blockedOf(this.database.reader, post);
    return neighbours.map((each, index) => {
      const reason = blocked[index];
      return { ...each, post: reason === 'deceased' ? 'died' : reason ? 'waiting' : 'as-before' };
    });
  }
}

function nameOf({ firstName, lastName }: Cardholder): string {
  return `${firstName} ${lastName}`;
}

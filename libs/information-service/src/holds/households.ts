import { type Actor } from '@carers/audit';
import { Cardholder } from '@carers/cards';
import type { Tx } from '@carers/database';
import { keyOf, Suppressions } from '@carers/suppression';
import { Injectable } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import { Subscriber } from '../subscriber.entity.js';
import { addressOf } from '../welcome.js';

/** Somebody on the list who lives at the same address. */
export interface Neighbour {
  subscriber: Subscriber;
  cardholder: Cardholder;
}

/** The people at one address. When one of them has died, post to the others waits until each was asked. */
@Injectable()
export class Households {
  /** Nobody lives with more: a block of flats written without numbers is no household. */
  private static readonly most = 50;

  constructor(private readonly suppressions: Suppressions) {}

  /** The others at somebody's address, in the order of their names. The address is compared as it is read, not as it is typed. */
  async othersWith(reader: EntityManager, cardholder: Cardholder): Promise<Neighbour[]> {
    const home = placeOf(cardholder);
    if (!home) return [];
    const near = await reader.find(Cardholder, {
      where: { postcodeHash: cardholder.postcodeHash },
      order: { lastName: 'ASC', firstName: 'ASC', id: 'ASC' },
      take: 1_000,
    });
    const others = near.filter((each) => each.id !== cardholder.id && placeOf(each) === home).slice(0, Households.most);
    const subscribers = await reader.findBy(Subscriber, { cardholderId: In(others.map(({ id }) => id)) });
    return others.flatMap((each) => {
      const subscriber = subscribers.find(({ cardholderId }) => cardholderId === each.id);
      return subscriber ? [{ subscriber, cardholder: each }] : [];
    });
  }

  /** Stops post to everybody else at the address of somebody who died, until each was asked. @returns to how many */
  async stopPost(tx: Tx, subscriberId: string, cardholder: Cardholder, actor: Actor): Promise<number> {
    const others = await this.othersWith(tx, cardholder);
    let stopped = 0;
    for (const { cardholder: other } of others) {
      const post = {
        channel: 'post',
        address: addressOf(other, 'post')!,
        name: `${other.firstName} ${other.lastName}`,
      } as const;
      const about = { kind: 'household', id: subscriberId };
      if (await this.suppressions.suppress(tx, { ...post, reason: 'under_review', about }, actor)) stopped++;
    }
    return stopped;
  }

  /** The death was a mistake: post to the others goes on. @returns to how many */
  async resumePost(tx: Tx, subscriberId: string, actor: Actor, why: string): Promise<number> {
    return this.suppressions.liftAbout(tx, { kind: 'household', id: subscriberId }, 'under_review', actor, why);
  }
}

function placeOf(cardholder: Cardholder): string | null {
  const address = addressOf(cardholder, 'post');
  return address && keyOf({ channel: 'post', address }).addressHash;
}

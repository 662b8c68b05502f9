import type { Actor } from '@carers/audit';
import type { Tx } from '@carers/database';
import { Injectable } from '@nestjs/common';
import type { Way } from './purposes.js';

/** What happened to somebody on the list. Ids only: whoever needs more reads it in the same transaction. */
export interface SubscriberChange {
  subscriberId: string;
  /** The service whose list it is; with `moved`, the new one. */
  carersServiceId: string;
  how: Way;
  actor: Actor;
  /** With `moved`: the service that served them before. */
  movedFrom?: string;
}

/**
 * `changed`: another format, language, topic, pause or address; `consent`: at least one new answer; `left`: off the list,
 * the card is as it was; `returned`: on it again; `moved`: to the list of another carers service; `held`: a hold (deceased,
 * moved away, under review) began or ended.
 */
export type SubscriberEvent = 'registered' | 'changed' | 'consent' | 'left' | 'returned' | 'moved' | 'held';

type Listener = (tx: Tx, change: SubscriberChange) => Promise<void>;
type ListenerToMany = (tx: Tx, changes: readonly SubscriberChange[]) => Promise<void>;

/** Lets others keep in step with the list, in the transaction of the change: what a listener does commits with it. */
@Injectable()
export class SubscriberEvents {
  private readonly listeners = new Map<SubscriberEvent, ListenerToMany[]>();

  /** A listener that is told of each person by itself. */
  on(event: SubscriberEvent, listener: Listener): void {
    this.onMany(event, async (tx, changes) => {
      for (const change of changes) await listener(tx, change);
    });
  }

  /** A listener that takes many people in a few statements; a whole list may arrive at once. */
  onMany(event: SubscriberEvent, listener: ListenerToMany): void {
    this.listeners.set(event, [...(this.listeners.get(event) ?? []), listener]);
  }

  async announce(tx: Tx, event: SubscriberEvent, change: SubscriberChange): Promise<void> {
    await this.announceMany(tx, event, [change]);
  }

  /** The same to many people at once. */
  async announceMany(tx: Tx, event: SubscriberEvent, changes: readonly SubscriberChange[]): Promise<void> {
    for (const listener of this.listeners.get(event) ?? []) await listener(tx, changes);
  }
}

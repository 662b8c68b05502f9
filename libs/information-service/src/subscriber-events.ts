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

/** Lets others keep in step with the list, in the transaction of the change: what a listener does commits with it. */
@Injectable()
export class SubscriberEvents {
  private readonly listeners = new Map<SubscriberEvent, Listener[]>();

  on(event: SubscriberEvent, listener: Listener): void {
    this.listeners.set(event, [...(this.listeners.get(event) ?? []), listener]);
  }

  async announce(tx: Tx, event: SubscriberEvent, change: SubscriberChange): Promise<void> {
    for (const listener of this.listeners.get(event) ?? []) await listener(tx, change);
  }
}

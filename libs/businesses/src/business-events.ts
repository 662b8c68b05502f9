import type { Actor } from '@carers/audit';
import type { Tx } from '@carers/database';
import { Injectable } from '@nestjs/common';
import type { HomeWork } from './home-work.js';

/** A business joined, was published, suspended or left. */
export interface BusinessChange {
  businessId: string;
  actor: Actor;
  /** With `registered`: what a trade said about its work in homes; null for everybody else. */
  homeWork?: HomeWork | null;
}

type Listener = (tx: Tx, change: BusinessChange) => Promise<void>;
/** `registered`: it came in through the registration, with its owner and the terms agreed to. */
export type BusinessEvent = 'registered' | 'published' | 'suspended' | 'left';

/**
 * Lets libs above change their own rows in the same transaction when a business changes status. Whether something is
 * shown needs no listener: join `business` and ask for `status = 'published'`.
 */
@Injectable()
export class BusinessEvents {
  private readonly listeners = new Map<BusinessEvent, Listener[]>();

  on(event: BusinessEvent, listener: Listener): void {
    this.listeners.set(event, [...(this.listeners.get(event) ?? []), listener]);
  }

  async announce(tx: Tx, event: BusinessEvent, change: BusinessChange): Promise<void> {
    for (const listener of this.listeners.get(event) ?? []) await listener(tx, change);
  }
}

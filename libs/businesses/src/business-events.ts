import type { Actor } from '@carers/audit';
import type { Tx } from '@carers/database';
import { Injectable } from '@nestjs/common';

/** A business was published, suspended or left. */
export interface BusinessChange {
  businessId: string;
  actor: Actor;
}

type Listener = (tx: Tx, change: BusinessChange) => Promise<void>;
export type BusinessEvent = 'published' | 'suspended' | 'left';

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

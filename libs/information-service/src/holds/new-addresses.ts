import { CardholderEvents, type DetailsCorrected } from '@carers/cards';
import type { Tx } from '@carers/database';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Subscriber } from '../subscriber.entity.js';
import { SubscriberHolds } from './subscriber-holds.js';

/**
 * Whoever gives an address within the territory has not moved away, or has come back: the hold ends in the same
 * transaction. Letters that came back were about the old address, so nothing stops those to the new one.
 */
@Injectable()
export class NewAddresses implements OnModuleInit {
  constructor(
    private readonly events: CardholderEvents,
    private readonly holds: SubscriberHolds,
  ) {}

  onModuleInit(): void {
    this.events.on('corrected', (tx, fact) => this.freed(tx, fact));
  }

  private async freed(tx: Tx, { cardholderId, changed, region, actor }: DetailsCorrected): Promise<void> {
    if (region === null || !(changed.includes('address') || changed.includes('postcode'))) return;
    const subscriber = await tx.findOneBy(Subscriber, { cardholderId });
    if (!subscriber) return;
    await this.holds.lift(tx, subscriber.id, 'moved_away', { how: 'new_address', actor, why: null });
  }
}

import type { Actor } from '@carers/audit';
import { Cardholder, Leaving } from '@carers/cards';
import { Database } from '@carers/database';
import { Injectable } from '@nestjs/common';
import { InformationService } from '../information-service.js';
import type { Way } from '../purposes.js';
import { Subscriber } from '../subscriber.entity.js';

/** How somebody gives back their card. */
export interface WayOut {
  /** They stay with the carers service, as somebody without a card. */
  stay: boolean;
  how: Way;
  actor: Actor;
  /** In whose words staff wrote it down. */
  why?: string;
}

/** Leaving the card, which asks about the list; leaving the list never comes here, and never touches a card. */
@Injectable()
export class CardLeaving {
  constructor(
    private readonly database: Database,
    private readonly leaving: Leaving,
    private readonly service: InformationService,
  ) {}

  /**
   * Ends the card at once. Who does not stay with the carers service leaves its list in the same moment, and is erased.
   * @throws CardholderNotFound
   */
  async leave(cardholderId: string, { stay, how, actor, why }: WayOut): Promise<void> {
    await this.database.transaction(async (tx) => {
      // The person first, then the registration: every change that needs both locks them in this order.
      await tx.findOne(Cardholder, { where: { id: cardholderId }, lock: { mode: 'pessimistic_write' } });
      const subscriber = await tx.findOneBy(Subscriber, { cardholderId });
      if (stay && subscriber) return this.leaving.giveBackCard(tx, cardholderId, actor, why);
      if (subscriber) await this.service.leave(tx, subscriber.id, how, actor);
      await this.leaving.leave(tx, cardholderId, actor, why);
    });
  }
}

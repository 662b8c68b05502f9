import type { Actor } from '@carers/audit';
import { Database } from '@carers/database';
import { Injectable } from '@nestjs/common';
import { CardMessages } from './card-messages.js';
import { Cards, type IssuedCard } from './cards.js';

/** Losing a card, from the moment somebody says so to the message about the new one. */
@Injectable()
export class LostCards {
  constructor(
    private readonly database: Database,
    private readonly cards: Cards,
    private readonly messages: CardMessages,
  ) {}

  /**
   * Stops the card, issues the next and queues the message about it: all of that, or nothing.
   * @throws CardNotFound, CardHasEnded, CardIsSuspended, CardHasExpired
   */
  async report(cardId: string, actor: Actor, why?: string): Promise<IssuedCard> {
    return this.database.transaction(async (tx) => {
      const issued = await this.cards.replaceLost(tx, cardId, actor, why);
      await this.messages.tellReplaced(tx, issued);
      return issued;
    });
  }
}

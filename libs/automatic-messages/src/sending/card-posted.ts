import { Cardholder, CardholderEvents, type CardPosted as Posted, recipientOf } from '@carers/cards';
import type { Tx } from '@carers/database';
import { Messages } from '@carers/messages';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { OnceEach } from './once-each.js';

export const cardPosted = 'automatic-messages/card-posted';

/** "Your card is on its way", in the transaction in which somebody notes that a card was put in the post. */
@Injectable()
export class TellCardPosted implements OnModuleInit {
  constructor(
    private readonly events: CardholderEvents,
    private readonly messages: Messages,
    private readonly once: OnceEach,
  ) {}

  onModuleInit(): void {
    this.events.on('card-posted', (tx, posted) => this.tell(tx, posted));
  }

  private async tell(tx: Tx, { cardholderId, cardId }: Posted): Promise<void> {
    const cardholder = await tx.findOneByOrFail(Cardholder, { id: cardholderId });
    const to = recipientOf(cardholder);
    // A letter about a letter would come with it, or after it.
    if (to.channel === 'post') return;
    const [mine] = await this.once.take(tx, cardPosted, [{ personId: cardholderId, occasion: cardId }]);
    if (!mine) return;
    const about = { kind: 'cardholder', id: cardholderId };
    await this.messages.queue(tx, { to, template: cardPosted, params: { cardId }, about });
  }
}

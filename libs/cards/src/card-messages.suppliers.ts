import { formatCardNumber } from '@carers/credentials';
import { Database } from '@carers/database';
import { type OutgoingMessage, type ParamsSupplier, type SuppliedParams, SuppliesParams } from '@carers/messages';
import { Injectable } from '@nestjs/common';
import { Card } from './card.entity.js';
import { CardLinks } from './card-links.js';
import { Cardholder } from './cardholder.entity.js';

/**
 * What a message about a card says, looked up when it is sent: the link that opens the card then. It is a live secret,
 * except in a letter, which carries the printed card instead. A card that has ended meanwhile is not announced.
 */
abstract class CardWords implements ParamsSupplier {
  constructor(
    private readonly database: Database,
    private readonly links: CardLinks,
  ) {}

  async supply(message: OutgoingMessage): Promise<SuppliedParams> {
    const { cardholderId, cardId } = message.params as { cardholderId: string; cardId: string };
    const [cardholder, card] = await Promise.all([
      this.database.reader.findOne(Cardholder, { where: { id: cardholderId } }),
      this.database.reader.findOne(Card, { where: { id: cardId, cardholderId } }),
    ]);
    if (!cardholder || cardholder.leftAt || !card || card.status === 'revoked') return { params: {}, drop: true };
    const letter = message.channel === 'post';
    return {
      params: {
        firstName: cardholder.firstName,
        number: formatCardNumber(card.number),
        validUntil: card.validUntil,
        letter,
        link: letter ? null : this.links.urlFor(cardholder),
      },
      secret: !letter,
    };
  }
}

/** For `cards/issued`. */
@Injectable()
@SuppliesParams('cards/issued')
export class IssuedWords extends CardWords {
  constructor(database: Database, links: CardLinks) {
    super(database, links);
  }
}

/** For `cards/replaced`. */
@Injectable()
@SuppliesParams('cards/replaced')
export class ReplacedWords extends CardWords {
  constructor(database: Database, links: CardLinks) {
    super(database, links);
  }
}

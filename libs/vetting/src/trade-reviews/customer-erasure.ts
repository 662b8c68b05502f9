import { PersonErasure } from '@carers/cards';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { TradeReview } from './trade-review.entity.js';

/**
 * What somebody said of a trade stays with the business in the words that tell nobody who they are; their own words, whose
 * they were and invitations that wait go with them.
 */
@Injectable()
export class CustomerErasure implements OnModuleInit {
  constructor(private readonly erasure: PersonErasure) {}

  onModuleInit(): void {
    this.erasure.add(async (tx, { cardholderId }) => {
      const reviews = await tx.find(TradeReview, { where: { cardholderId }, select: { id: true } });
      await tx.delete(TradeReview, { cardholderId, state: 'invited' });
      await tx.update(
        TradeReview,
        { cardholderId },
        { cardholderId: null, words: '', workedIn: null, tokenHash: null },
      );
      await tx.query('DELETE FROM ending_told WHERE cardholder_id = $1', [cardholderId]);
      return reviews.map(({ id }) => id);
    });
  }
}

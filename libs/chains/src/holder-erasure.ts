import { PersonErasure } from '@carers/cards';
import { Injectable, type OnModuleInit } from '@nestjs/common';

/** Codes for a chain's tills that were handed to somebody who is erased: they stay used, and nobody's. */
@Injectable()
export class HolderErasure implements OnModuleInit {
  constructor(private readonly erasure: PersonErasure) {}

  onModuleInit(): void {
    this.erasure.add(async (tx, { cardholderId }) => {
      await tx.query('UPDATE till_code SET cardholder_id = NULL, card_id = NULL WHERE cardholder_id = $1', [
        cardholderId,
      ]);
      return [];
    });
  }
}

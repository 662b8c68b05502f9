import { PersonErasure } from '@carers/cards';
import { Clock } from '@carers/kernel';
import { Injectable, type OnModuleInit } from '@nestjs/common';

/** Uses and checks of somebody who is erased lose their link at once, as those of everybody else do in the end. */
@Injectable()
export class PersonUses implements OnModuleInit {
  constructor(
    private readonly erasure: PersonErasure,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.erasure.add(async (tx, { cardholderId, cardIds }) => {
      const now = this.clock.now();
      await tx.query(
        `UPDATE validation SET card_id = NULL, credential_id = NULL, scan_id = gen_random_uuid(), unlinked_at = $1
          WHERE card_id = ANY ($2::uuid[])`,
        [now, cardIds],
      );
      await tx.query(
        `UPDATE redemption SET card_id = NULL, scan_id = gen_random_uuid(), unlinked_at = $1,
                counted = ARRAY(SELECT scope FROM unnest(counted) WITH ORDINALITY AS each (scope, place)
                                 WHERE scope NOT LIKE 'card:%' ORDER BY place)
          WHERE card_id = ANY ($2::uuid[])`,
        [now, cardIds],
      );
      await tx.query(`DELETE FROM offer_counter WHERE scope LIKE 'card:' || $1 || '%'`, [cardholderId]);
      return [];
    });
  }
}

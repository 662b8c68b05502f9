import { PersonErasure } from '@carers/cards';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { PrintErasure } from './print/print-erasure.js';

/**
 * Copies stay as rows that count: of which bulletin, by what, what became of it. What a provider said of them, the printed
 * letter, and every file that it stands in go; what was still to be sent is held.
 */
@Injectable()
export class DeliveryErasure implements OnModuleInit {
  constructor(
    private readonly erasure: PersonErasure,
    private readonly prints: PrintErasure,
  ) {}

  onModuleInit(): void {
    this.erasure.add(async (tx, { cardholderId }) => {
      // Locked first: a print run that gathers at this moment has their letter, or finds nothing to take.
      const copies = (await tx.query(
        `SELECT d.id FROM delivery d JOIN subscriber s ON s.id = d.subscriber_id
          WHERE s.cardholder_id = $1 ORDER BY d.id FOR UPDATE OF d`,
        [cardholderId],
      )) as { id: string }[];
      const ids = copies.map(({ id }) => id);
      if (ids.length === 0) return [];
      await this.prints.takeOut(tx, ids);
      await tx.query(
        `UPDATE delivery SET error = NULL, provider_reference = NULL, address_hash = NULL,
                held = CASE WHEN state IN ('waiting', 'to_print') THEN 'left' ELSE held END,
                units = CASE WHEN state = 'to_print' THEN NULL ELSE units END,
                cost_pence = CASE WHEN state = 'to_print' THEN NULL ELSE cost_pence END,
                state = CASE WHEN state IN ('waiting', 'to_print') THEN 'held' ELSE state END
          WHERE id = ANY($1::uuid[])`,
        [ids],
      );
      return ids;
    });
  }
}

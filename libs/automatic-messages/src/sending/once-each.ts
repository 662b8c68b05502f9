import type { Tx } from '@carers/database';
import { Clock } from '@carers/kernel';
import { Injectable } from '@nestjs/common';

/** Somebody, and what a message to them is about where it may come again. */
export interface Occasion {
  personId: string;
  occasion: string;
}

/** Makes sure that a message is queued once for a person and an occasion, however many workers try. */
@Injectable()
export class OnceEach {
  constructor(private readonly clock: Clock) {}

  /** Takes those that nobody took before. What the caller queues commits with it, or neither does. */
  async take<Wanted extends Occasion>(tx: Tx, key: string, wanted: readonly Wanted[]): Promise<Wanted[]> {
    if (wanted.length === 0) return [];
    // In one order, so that two workers wait for each other instead of for ever.
    const sorted = [...wanted].sort((one, other) => (one.personId < other.personId ? -1 : 1));
    const rows = await tx.query<{ person_id: string; occasion: string }[]>(
      `INSERT INTO automatic_message_queued (person_id, message_key, occasion, queued_at)
       SELECT person, $1, occasion, $2 FROM unnest($3::uuid[], $4::text[]) AS wanted (person, occasion)
       ON CONFLICT DO NOTHING RETURNING person_id, occasion`,
      [key, this.clock.now(), sorted.map(({ personId }) => personId), sorted.map(({ occasion }) => occasion)],
    );
    const taken = new Set(rows.map(({ person_id, occasion }) => `${person_id} ${occasion}`));
    return sorted.filter(({ personId, occasion }) => taken.has(`${personId} ${occasion}`));
  }
}

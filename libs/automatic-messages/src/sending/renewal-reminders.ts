import { Cardholder, recipientOf } from '@carers/cards';
import { Database, type Tx } from '@carers/database';
import { Clock, type LocalDate } from '@carers/kernel';
import { Messages } from '@carers/messages';
import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { OnceEach } from './once-each.js';

/** Days before the last one of a card: from when each reminder comes, and from when it is the next one's turn. */
export const renewalSteps = [
  { key: 'automatic-messages/renewal-8', from: 56, until: 28 },
  { key: 'automatic-messages/renewal-4', from: 28, until: 7 },
  { key: 'automatic-messages/renewal-1', from: 7, until: -1 },
] as const;

const atOnce = 500;

interface DueCard {
  id: string;
  personId: string;
  occasion: LocalDate;
}

/**
 * SQL: of card `c`, whether its holder should hear that it ends: it works (of the cards of one person one at most does), they have it still,
 * they are alive, they still look after somebody (whoever stopped was told of the last day), and they have not asked for more time.
 */
const wantsReminding = `c.status = 'active' AND c.kind <> 'test'
  AND EXISTS (SELECT FROM cardholder h WHERE h.id = c.cardholder_id AND h.left_at IS NULL AND h.erased_at IS NULL)
  AND NOT EXISTS (SELECT FROM subscriber s JOIN subscriber_hold d ON d.subscriber_id = s.id AND d.reason = 'deceased' AND d.active
                   WHERE s.cardholder_id = c.cardholder_id)
  AND NOT EXISTS (SELECT FROM subscriber s JOIN caring_end e ON e.subscriber_id = s.id AND e.taken_back_at IS NULL
                   WHERE s.cardholder_id = c.cardholder_id)
  AND NOT EXISTS (SELECT FROM application a WHERE a.cardholder_id = c.cardholder_id AND a.kind = 'renewal'
                     AND a.state IN ('submitted', 'more_information'))`;

/** Tells cardholders 8, 4 and 1 weeks before the last day of their card. About the card alone: it needs no consent. */
@Injectable()
export class RenewalReminders {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly messages: Messages,
    private readonly once: OnceEach,
  ) {}

  /** Queues what is due, once each; after missed nights the one whose time it is, and none twice. */
  async night(): Promise<number> {
    let queued = 0;
    for (const step of renewalSteps) {
      for (let after: string | null = null; ;) {
        const due: DueCard[] = await this.due(step, after);
        if (due.length > 0) queued += await this.database.transaction((tx) => this.queue(tx, step.key, due));
        if (due.length < atOnce) break;
        after = due.at(-1)!.id;
      }
    }
    return queued;
  }

  /** Whether a reminder of a card is still wanted: asked when it is sent. Not where the card was renewed meanwhile. */
  async stillWanted(cardId: string): Promise<boolean> {
    const rows = await this.database.query(
      `SELECT c.id FROM card c WHERE c.id = $1 AND c.valid_until <= $2::date + ${renewalSteps[0].from} AND ${wantsReminding}`,
      [cardId, this.clock.today()],
    );
    return rows.length > 0;
  }

  private async due({ key, from, until }: (typeof renewalSteps)[number], after: string | null): Promise<DueCard[]> {
    // Whoever got a card for less time than that is not told at once; one that took a lost card's place goes on with its time.
    return this.database.query<{ id: string; personId: string; occasion: LocalDate }>(
      `SELECT c.id, c.cardholder_id AS "personId", c.valid_until::text AS occasion FROM card c
        WHERE c.valid_until > $1::date + $3::integer AND c.valid_until <= $1::date + $2::integer
          AND ($4::uuid IS NULL OR c.id > $4) AND ${wantsReminding}
          AND EXISTS (SELECT FROM card f WHERE f.cardholder_id = c.cardholder_id AND f.valid_until = c.valid_until
                         AND f.valid_from < c.valid_until - $2::integer)
          AND NOT EXISTS (SELECT FROM automatic_message_queued q WHERE q.person_id = c.cardholder_id
                             AND q.message_key = $5 AND q.occasion = c.valid_until::text)
        ORDER BY c.id LIMIT ${atOnce}`,
      [this.clock.today(), from, until, after, key],
    );
  }

  private async queue(tx: Tx, key: string, due: readonly DueCard[]): Promise<number> {
    const mine = await this.once.take(tx, key, due);
    const holders = await tx.findBy(Cardholder, { id: In(mine.map(({ personId }) => personId)) });
    const byId = new Map(holders.map((holder) => [holder.id, holder]));
    for (const { id, personId } of mine) {
      await this.messages.queue(tx, {
        to: recipientOf(byId.get(personId)!),
        template: key,
        params: { cardId: id },
        about: { kind: 'cardholder', id: personId },
      });
    }
    return mine.length;
  }
}

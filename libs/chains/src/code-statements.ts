import type { Database, Tx } from '@carers/database';
import { dateInLondon } from '@carers/kernel';
import type { OfferUsage } from '@carers/offer-rules';
import type { Offer } from '@carers/offers';

/** Whose a code becomes, and for which place of which period. */
export interface Handing {
  at: Date;
  cardholderId: string;
  cardId: string;
  period: string;
  turn: number;
}

/** Takes the free code that was added first and gives it to one person; false where none is free. */
export async function handFree(tx: Tx, offerId: string, handing: Handing): Promise<boolean> {
  const [{ count }] = (await tx.query(
    `WITH free AS (
       SELECT id FROM till_code WHERE offer_id = $1 AND handed_at IS NULL ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
     ), handed AS (
       UPDATE till_code SET handed_at = $2, cardholder_id = $3, card_id = $4, period = $5, turn = $6
         FROM free WHERE till_code.id = free.id RETURNING 1
     ) SELECT count(*)::integer AS count FROM handed`,
    [offerId, handing.at, handing.cardholderId, handing.cardId, handing.period, handing.turn],
  )) as [{ count: number }];
  return count > 0;
}

/**
 * Uses of an offer that its limits count: those of its counters, and for everybody together the codes that were handed
 * out and of which no use was told yet. A code may be used at any time, so it takes its place as soon as it is handed out.
 */
export async function usageOf(
  reader: Tx | Database['reader'],
  { id, terms }: Offer,
  cardholderId: string,
  at: Date,
): Promise<OfferUsage> {
  if (!terms.limits) return { card: 0, today: 0, total: 0 };
  const [row] = (await reader.query(
    `SELECT coalesce(sum(counter.used) FILTER (WHERE counter.scope LIKE 'card:%'), 0)::integer AS card,
            coalesce(sum(counter.used) FILTER (WHERE counter.scope LIKE 'day:%'), 0)::integer AS today,
            coalesce(sum(counter.used) FILTER (WHERE counter.scope = 'total'), 0)::integer AS total
       FROM offer_scopes($2::jsonb, $3::uuid, $4::date) limited
       JOIN offer_counter counter ON counter.offer_id = $1 AND counter.scope = limited.scope`,
    [id, JSON.stringify(terms), cardholderId, dateInLondon(at)],
  )) as [OfferUsage];
  if (terms.limits.perDay === undefined && terms.limits.total === undefined) return row;
  const [open] = (await reader.query(
    `SELECT count(*)::integer AS total,
            (count(*) FILTER (WHERE handed_at >= ($2::date::timestamp AT TIME ZONE 'Europe/London')))::integer AS today
       FROM till_code WHERE offer_id = $1 AND handed_at IS NOT NULL AND used_at IS NULL`,
    [id, dateInLondon(at)],
  )) as [{ total: number; today: number }];
  return { card: row.card, today: row.today + open.today, total: row.total + open.total };
}

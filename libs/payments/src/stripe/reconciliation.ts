import { Database, insertMany } from '@carers/database';
import { Clock, Ids } from '@carers/kernel';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { IsNull, LessThan } from 'typeorm';
import { Settlement } from './settlement.js';
import { StripeClient } from './stripe-client.js';
import { StripeDifference } from './stripe-difference.entity.js';
import { StripeMovement } from './stripe-movement.entity.js';
import { movementOf } from './stripe-movements.js';

const dayInMs = 86_400_000;
/** Days of Stripe's books that are read each night. */
const readDays = 10;
/** Days read where nothing was read before, and days over which the two are compared. */
const comparedDays = 34;
const keptDays = 90;
/** Most payments that are looked at anew in one night. */
const healedAtMost = 200;

/** How many differences there are, by what is wrong. */
export interface Reconciled {
  open: number;
}

/**
 * Holds our ledger against Stripe's books. What Stripe has and we have not is looked at first: a webhook may not have
 * come. What differs even then is listed for staff, and leaves the list when it agrees.
 */
@Injectable()
export class Reconciliation {
  constructor(
    private readonly stripe: StripeClient,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly schemes: SchemeService,
    private readonly settlement: Settlement,
  ) {}

  async reconcile(): Promise<Reconciled> {
    if (!this.stripe.isSetUp) return { open: 0 };
    const at = this.clock.now();
    const first = !(await this.database.reader.existsBy(StripeMovement, {}));
    await this.read(daysBefore(at, first ? comparedDays : readDays));
    await this.heal(daysBefore(at, comparedDays));
    return this.compare(at);
  }

  /** Pages through Stripe's books and keeps what moved; a page at a time is in memory. */
  private async read(since: Date): Promise<void> {
    const api = await this.stripe.api();
    const { slug } = await this.schemes.current();
    const asked = { created: { gte: Math.floor(since.getTime() / 1000) }, limit: 100, expand: ['data.source'] };
    for (let after: string | undefined; ;) {
      const page = await api.balanceTransactions.list({ ...asked, ...(after && { starting_after: after }) });
      const moved = page.data.map((each) => movementOf(each, slug)).filter((each) => each !== null);
      await this.database.transaction((tx) => insertNew(tx, moved));
      after = page.data.at(-1)?.id;
      if (!page.has_more || !after) return;
    }
  }

  /** Looks at payments of which Stripe's books know more than ours. */
  private async heal(since: Date): Promise<void> {
    const unknown = await this.database.query<{ intent: string }>(
      `SELECT DISTINCT m.payment_intent_id AS intent FROM stripe_movement m
        WHERE m.moved_at >= $1 AND m.payment_intent_id IS NOT NULL
          AND NOT EXISTS (SELECT FROM ledger_transaction l WHERE l.reference = m.reference AND l.kind <> 'reversal')
        LIMIT $2`,
      [since, healedAtMost],
    );
    for (const { intent } of unknown) await this.settlement.settle(intent);
  }

  /** In one statement, so that it costs this process nothing, however much there is. */
  private async compare(at: Date): Promise<Reconciled> {
    return this.database.transaction(async (tx) => {
      await tx.delete(StripeMovement, { movedAt: LessThan(daysBefore(at, keptDays)) });
      const differing = await tx.query<Record<string, unknown>[]>(differences, [daysBefore(at, comparedDays), at]);
      for (const row of differing) await this.note(tx, row as unknown as Found, at);
      await tx.update(StripeDifference, { closedAt: IsNull(), seenAt: LessThan(at) }, { closedAt: at });
      return { open: await tx.countBy(StripeDifference, { closedAt: IsNull() }) };
    });
  }

  private async note(tx: { query: (sql: string, values: unknown[]) => Promise<unknown> }, found: Found, at: Date) {
    await tx.query(
      `INSERT INTO stripe_difference
         (id, kind, what, reference, invoice_id, ours_pence, theirs_pence, happened_on, found_at, seen_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
       ON CONFLICT (what, reference) WHERE closed_at IS NULL DO UPDATE
         SET kind = excluded.kind, ours_pence = excluded.ours_pence, theirs_pence = excluded.theirs_pence,
             seen_at = excluded.seen_at`,
      [
        this.ids.next(),
        found.ours === null ? 'theirs_only' : found.theirs === null ? 'ours_only' : 'amount',
        found.what,
        found.reference,
        found.invoice,
        found.ours,
        found.theirs,
        found.on,
        at,
      ],
    );
  }
}

interface Found {
  what: string;
  reference: string;
  invoice: string | null;
  ours: number | null;
  theirs: number | null;
  on: string;
}

/** More at once than anybody can look at; the rest comes to light as these go. */
const listedAtMost = 1000;

/** $1 from when, $2 until when. Those that are open are compared again, however old they are. */
const differences = `
  WITH open AS (SELECT what, reference FROM stripe_difference WHERE closed_at IS NULL),
  theirs AS (
    SELECT what, reference, sum(pence)::integer AS pence, min(moved_at) AS at FROM stripe_movement m
     WHERE moved_at >= $1 OR (what, reference) IN (SELECT what, reference FROM open)
     GROUP BY what, reference),
  booked AS (
    SELECT l.id, CASE l.kind WHEN 'receipt' THEN 'payment' ELSE l.kind END AS what, l.reference, l.invoice_id,
           l.recorded_at
      FROM ledger_transaction l
     WHERE l.method IN ('stripe_card', 'stripe_bacs') AND l.kind IN ('receipt', 'refund', 'dispute')
       AND (l.reference IN (SELECT reference FROM theirs) OR l.reference IN (SELECT reference FROM open)
            OR l.recorded_at BETWEEN $1 AND $2)),
  ours AS (
    SELECT b.what, b.reference, (array_agg(b.invoice_id))[1] AS invoice, abs(sum(e.pence))::integer AS pence,
           min(b.recorded_at) AS at
      FROM booked b JOIN ledger_entry e ON e.transaction_id = b.id AND e.account = 'stripe'
     GROUP BY b.what, b.reference)
  SELECT what, reference, ours.invoice, ours.pence AS ours, theirs.pence AS theirs,
         (coalesce(theirs.at, ours.at) AT TIME ZONE 'Europe/London')::date::text AS "on"
    FROM theirs FULL JOIN ours USING (what, reference)
   WHERE ours.pence IS DISTINCT FROM theirs.pence
   ORDER BY coalesce(theirs.at, ours.at) DESC LIMIT ${listedAtMost}`;

async function insertNew(tx: Parameters<typeof insertMany>[0], rows: StripeMovement[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.createQueryBuilder().insert().into(StripeMovement).values(rows).orIgnore().execute();
}

function daysBefore(at: Date, days: number): Date {
  return new Date(at.getTime() - days * dayInMs);
}

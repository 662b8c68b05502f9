import { Database, type Tx } from '@carers/database';
import { Clock } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { eventsOf } from '../figures.js';
import { monthOf } from '../london.js';
import { bulletinFlows } from './summed.js';

/**
 * Sums up what became of the copies of bulletins that have come to rest: none of their copies is under way. A late report of
 * such a copy leaves behind what the copy was (a trigger sees to that), which puts the sum right until it is made anew.
 */
@Injectable()
export class BulletinCounting {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Safe to call at any time, twice and at once. @returns how many bulletins were summed */
  async count(): Promise<number> {
    const due = await this.database.query<{ id: string }>(
      `SELECT b.id FROM bulletin b JOIN figure_bulletin c ON c.bulletin_id = b.id
        WHERE b.state IN ('sending', 'paused', 'sent', 'cancelled')
          AND (c.counted_at IS NULL OR EXISTS (SELECT FROM figure_bulletin_change x WHERE x.bulletin_id = b.id))
        ORDER BY b.id`,
    );
    let counted = 0;
    for (const { id } of due) if (await this.database.transaction((tx) => this.sumUp(tx, id))) counted++;
    return counted;
  }

  private async sumUp(tx: Tx, id: string): Promise<boolean> {
    // One at a time: people of a month are counted over all bulletins of a service.
    await tx.query('SELECT FROM figure_closing FOR UPDATE');
    // Whoever changes a copy that has come to rest is waited for, and whoever comes waits: their change is seen here, or
    // marks the bulletin afterwards.
    const [before] = (await tx.query(
      `SELECT counted_at IS NULL AS first FROM figure_bulletin WHERE bulletin_id = $1 FOR UPDATE`,
      [id],
    )) as { first: boolean }[];
    if (!before) return false;
    const [rest] = (await tx.query(
      `SELECT NOT EXISTS (SELECT FROM delivery WHERE bulletin_id = $1 AND state IN ('waiting', 'claimed')) AS rests`,
      [id],
    )) as { rests: boolean }[];
    if (!rest!.rests) return false;
    const [changes] = (await tx.query(
      `WITH gone AS (DELETE FROM figure_bulletin_change WHERE bulletin_id = $1 RETURNING reached)
       SELECT coalesce(bool_or(reached), false) AS reached FROM gone`,
      [id],
    )) as { reached: boolean }[];
    const months = new Set(await this.months(tx, id));
    await tx.query('DELETE FROM figure_bulletin_day WHERE bulletin_id = $1', [id]);
    await tx.query(sums, ['infinity', id]);
    await tx.query('UPDATE figure_bulletin SET counted_at = $2 WHERE bulletin_id = $1', [id, this.clock.now()]);
    if (before.first || changes!.reached) {
      for (const month of await this.months(tx, id)) months.add(month);
      for (const month of months) await this.reach(tx, id, month);
    }
    return true;
  }

  /** The months in which its copies reached people, by their first days. */
  private async months(tx: Tx, id: string): Promise<string[]> {
    const rows = (await tx.query(
      `SELECT DISTINCT to_char(date_trunc('month', day::timestamp), 'YYYY-MM-DD') AS month FROM figure_bulletin_day
        WHERE bulletin_id = $1 AND figure = 'sent'`,
      [id],
    )) as { month: string }[];
    return rows.map(({ month }) => month);
  }

  /** Counts whom the bulletins of its service reached in a month, by the day of the first copy. */
  private async reach(tx: Tx, id: string, month: string): Promise<void> {
    const values = [id, month];
    await tx.query(
      `DELETE FROM figure_reach WHERE carers_service_id = (SELECT carers_service_id FROM bulletin WHERE id = $1)
          AND day >= $2::date AND day < $2::date + interval '1 month'`,
      values,
    );
    await tx.query(reaches, [...values, 'infinity']);
  }
}

/** `$1`: nothing is too late. `$2`: the bulletin. What something costs is what is known of it now. */
const sums = `
  INSERT INTO figure_bulletin_day (bulletin_id, figure, day, channel, number, pence)
  ${bulletinFlows
    .map(
      (
        flow,
      ) => `SELECT $2::uuid, '${flow}', (e.at AT TIME ZONE 'Europe/London')::date, e.channel, count(*), coalesce(sum(e.pence), 0)
        FROM (${eventsOf(flow, { bulletins: 'SELECT $2::uuid' })}) e GROUP BY 3, 4`,
    )
    .join(' UNION ALL ')}`;

const ofMonth = `SELECT f.bulletin_id FROM figure_bulletin_day f JOIN bulletin b ON b.id = f.bulletin_id
  WHERE f.figure = 'sent' AND f.day >= $2::date AND f.day < $2::date + interval '1 month'
    AND b.carers_service_id = (SELECT carers_service_id FROM bulletin WHERE id = $1)`;

const reaches = `
  INSERT INTO figure_reach (carers_service_id, day, people)
  SELECT service, day, count(*) FROM (
    SELECT e.carers_service_id AS service, e.subscriber_id, (min(e.at) AT TIME ZONE 'Europe/London')::date AS day
      FROM (${eventsOf('sent', { until: '$3', bulletins: ofMonth })}) e
     WHERE ${monthOf('e.at')} = $2::date GROUP BY 1, 2) person
   GROUP BY 1, 2`;

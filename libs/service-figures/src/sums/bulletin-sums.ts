import { Database } from '@carers/database';
import type { OfficerScope } from '@carers/information-service';
import { addMonths, type LocalDate } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { eventsOf, type Flow, type Part, type Span, type Stock } from '../figures.js';
import { endOf, monthOf } from '../london.js';
import type { MonthCount, MonthPeople } from '../recount.js';
import { type BulletinFlow, bulletinFlows } from './summed.js';

/** What became of copies in one month, by one channel. */
export interface CopyCount extends MonthCount {
  flow: BulletinFlow;
}

/**
 * What figures of copies are read from: sums of bulletins that were counted, the copies of those that were not, and of each
 * copy that was changed after the counting, what it is less what it was.
 */
@Injectable()
export class BulletinSums {
  constructor(private readonly database: Database) {}

  /** Whether a figure is summed by this part. */
  has(figure: Flow | Stock, by: Part | null): figure is BulletinFlow {
    return bulletinFlows.some((each) => each === figure) && (by === null || by === 'channel');
  }

  /** Figures of copies as `Recount.byMonth`, by channel. */
  async byMonth(
    flows: readonly BulletinFlow[],
    asOf: LocalDate,
    scope: OfficerScope,
    months: number,
  ): Promise<CopyCount[]> {
    const open = (await this.open(scope)).flatMap(({ id, counted }) => (counted ? [] : [id]));
    const read = (flow: BulletinFlow, span: Span, sign = '') =>
      `SELECT '${flow}', ${monthOf('e.at')}, e.channel, ${sign}count(*), ${sign}sum(e.pence) FROM (${eventsOf(flow, span)}) e
        WHERE e.at >= ($3::date)::timestamp AT TIME ZONE 'Europe/London' GROUP BY 2, 3`;
    const rows = flows.flatMap((flow) => [
      // Named one by one, so that PostgreSQL knows how few they are. What is summed by now is left out of the sums below.
      ...(open.length > 0 ? [read(flow, { bulletins: 'SELECT unnest($6::uuid[])' })] : []),
      read(flow, { copies: '(SELECT * FROM delivery WHERE id IN (SELECT id FROM changed))' }),
      read(flow, { copies: 'changed' }, '-'),
    ]);
    return this.database.query<CopyCount>(
      `WITH changed AS MATERIALIZED (
         SELECT DISTINCT ON (x.delivery_id) x.delivery_id AS id, x.bulletin_id, x.subscriber_id, x.channel, x.state, x.held, x.sent_at,
                x.settled_at, x.cost_pence
           FROM figure_bulletin_change x JOIN bulletin b ON b.id = x.bulletin_id
          WHERE x.bulletin_id <> ALL ($6::uuid[]) AND ($2::uuid[] IS NULL OR b.carers_service_id = ANY ($2))
          ORDER BY x.delivery_id, x.id)
       SELECT flow, to_char(month, 'YYYY-MM-DD') AS month, part, sum(number)::integer AS number,
              coalesce(sum(pence), 0)::float8 AS pence FROM (
         SELECT f.figure AS flow, date_trunc('month', f.day::timestamp) AS month, f.channel AS part, f.number, f.pence
           FROM figure_bulletin_day f JOIN bulletin b ON b.id = f.bulletin_id
          WHERE f.figure = ANY ($5) AND f.day BETWEEN $3::date AND $4::date AND f.bulletin_id <> ALL ($6::uuid[])
            AND ($2::uuid[] IS NULL OR b.carers_service_id = ANY ($2))
         ${rows.map((each) => `UNION ALL ${each}`).join(' ')}) each
        GROUP BY each.flow, each.month, each.part HAVING sum(number) <> 0 ORDER BY 1, 2, 3`,
      [endOf(asOf), scope, first(asOf, months), asOf, flows, open],
    );
  }

  /** As `Recount.reached`: months in which somebody may have been reached otherwise than the sums say are counted anew. */
  async reached(asOf: LocalDate, scope: OfficerScope, months: number): Promise<MonthPeople[]> {
    const open = (await this.open(scope)).map(({ id }) => id);
    const from = first(asOf, months);
    if (open.length === 0)
      return this.database.query<MonthPeople>(
        `SELECT to_char(date_trunc('month', day::timestamp), 'YYYY-MM-DD') AS month, sum(people)::integer AS people
           FROM figure_reach WHERE day BETWEEN $1::date AND $2::date AND ($3::uuid[] IS NULL OR carers_service_id = ANY ($3))
          GROUP BY date_trunc('month', day::timestamp) ORDER BY 1`,
        [from, asOf, scope],
      );
    return this.database.query<MonthPeople>(
      `WITH live AS MATERIALIZED (${reachedBy('SELECT unnest($5::uuid[])')}),
       summed AS MATERIALIZED (
         SELECT b.carers_service_id AS service, date_trunc('month', f.day::timestamp) AS month, f.bulletin_id
           FROM figure_bulletin_day f JOIN bulletin b ON b.id = f.bulletin_id
          WHERE f.figure = 'sent' AND f.day BETWEEN $3::date AND $4::date
            AND ($2::uuid[] IS NULL OR b.carers_service_id = ANY ($2))),
       doubtful AS MATERIALIZED (
         SELECT service, month FROM summed WHERE bulletin_id = ANY ($5::uuid[]) UNION SELECT service, month FROM live),
       others AS MATERIALIZED (
         SELECT bulletin_id FROM summed JOIN doubtful USING (service, month) WHERE bulletin_id <> ALL ($5::uuid[]))
       SELECT to_char(month, 'YYYY-MM-DD') AS month, sum(people)::integer AS people FROM (
         SELECT date_trunc('month', r.day::timestamp) AS month, r.people FROM figure_reach r
          WHERE r.day BETWEEN $3::date AND $4::date AND ($2::uuid[] IS NULL OR r.carers_service_id = ANY ($2))
            AND (r.carers_service_id, date_trunc('month', r.day::timestamp)) NOT IN (SELECT service, month FROM doubtful)
         UNION ALL
         SELECT month, count(*) FROM (
           SELECT service, month, subscriber_id FROM live
           UNION SELECT service, month, subscriber_id FROM (${reachedBy('SELECT bulletin_id FROM others')}) other
            WHERE (service, month) IN (SELECT service, month FROM doubtful)) person GROUP BY month) each
        GROUP BY each.month ORDER BY 1`,
      [endOf(asOf), scope, from, asOf, open],
    );
  }

  /** The bulletins of some services that are not counted, and those that may have reached others since they were. */
  private async open(scope: OfficerScope): Promise<{ id: string; counted: boolean }[]> {
    return this.database.query<{ id: string; counted: boolean }>(
      `SELECT b.id, c.counted_at IS NOT NULL AS counted FROM bulletin b JOIN figure_bulletin c ON c.bulletin_id = b.id
        WHERE ($1::uuid[] IS NULL OR b.carers_service_id = ANY ($1))
          AND (c.counted_at IS NULL
            OR EXISTS (SELECT FROM figure_bulletin_change x WHERE x.bulletin_id = b.id AND x.reached))
          AND EXISTS (SELECT FROM delivery d WHERE d.bulletin_id = b.id)`,
      [scope],
    );
  }
}

function reachedBy(bulletins: string): string {
  return `SELECT DISTINCT e.carers_service_id AS service, ${monthOf('e.at')} AS month, e.subscriber_id
    FROM (${eventsOf('sent', { bulletins })}) e WHERE e.at >= ($3::date)::timestamp AT TIME ZONE 'Europe/London'`;
}

function first(asOf: LocalDate, months: number): LocalDate {
  return addMonths(`${asOf.slice(0, 7)}-01`, 1 - months);
}

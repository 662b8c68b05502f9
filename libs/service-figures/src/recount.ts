import { Database } from '@carers/database';
import type { OfficerScope } from '@carers/information-service';
import { addMonths, type LocalDate } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { columnOf, eventsOf, type Figure, type Flow, type Part, type Stock } from './figures.js';
import { endOf, monthOf } from './london.js';

/** How many in one month, of one part. */
export interface MonthCount {
  /** Its first day. */
  month: LocalDate;
  /** A source, a channel or the id of a region; null where it is not told apart. */
  part: string | null;
  number: number;
  /** What they cost, where they cost something. */
  pence: number;
}

/** How many at an instant, of one part. */
export interface StockCount {
  part: string | null;
  people: number;
}

/** How many people a month's copies reached. */
export interface MonthPeople {
  month: LocalDate;
  people: number;
}

/** What a number opens to. */
export interface FigureRow {
  id: string;
  subscriberId: string;
  name: string;
  at: Date;
  regionId: string;
  source: string;
  channel: string | null;
  how: string;
}

/** Which rows: of a figure, in a month (of flows), of a part. */
export interface RowsAsked {
  figure: Figure;
  month: LocalDate | null;
  part: { kind: Part; value: string } | null;
}

/**
 * Figures as the rows give them, without any sum that was kept: what the sums are held against, what is read where there is
 * none, and the rows themselves.
 */
@Injectable()
export class Recount {
  constructor(private readonly database: Database) {}

  /** Month by month up to a day, the oldest first; months in which nothing happened are left out. */
  async byMonth(
    flow: Flow,
    asOf: LocalDate,
    scope: OfficerScope,
    by: Part | null = null,
    months = 12,
  ): Promise<MonthCount[]> {
    const part = by ? `e.${columnOf[by]}::text` : 'NULL::text';
    return this.database.query<MonthCount>(
      // Months are told apart as instants, and written out once for each of them: as words they take long to sort.
      `SELECT to_char(${monthOf('e.at')}, 'YYYY-MM-DD') AS month, ${part} AS part,
              count(*)::integer AS number, coalesce(sum(e.pence), 0)::float8 AS pence
         FROM (${eventsOf(flow)}) e
        WHERE e.at >= ($3::date)::timestamp AT TIME ZONE 'Europe/London'
          AND ($2::uuid[] IS NULL OR e.carers_service_id = ANY ($2))
        GROUP BY ${monthOf('e.at')}, 2 ORDER BY 1, 2`,
      [endOf(asOf), scope, firstMonth(asOf, months)],
    );
  }

  /** People who were sent at least one copy in a month, once for each service that sent it. */
  async reached(asOf: LocalDate, scope: OfficerScope, months = 12): Promise<MonthPeople[]> {
    return this.database.query<MonthPeople>(
      `SELECT to_char(${monthOf('e.at')}, 'YYYY-MM-DD') AS month,
              count(DISTINCT (e.carers_service_id, e.subscriber_id))::integer AS people FROM (${eventsOf('sent')}) e
        WHERE e.at >= ($3::date)::timestamp AT TIME ZONE 'Europe/London'
          AND ($2::uuid[] IS NULL OR e.carers_service_id = ANY ($2))
        GROUP BY ${monthOf('e.at')} ORDER BY 1`,
      [endOf(asOf), scope, firstMonth(asOf, months)],
    );
  }

  /** How it stands at the end of a day. */
  async at(stock: Stock, asOf: LocalDate, scope: OfficerScope, by: Part | null = null): Promise<StockCount[]> {
    const part = by ? `e.${columnOf[by]}::text` : 'NULL::text';
    return this.database.query<StockCount>(
      `SELECT ${part} AS part, count(DISTINCT e.subscriber_id)::integer AS people FROM (${eventsOf(stock)}) e
        WHERE $2::uuid[] IS NULL OR e.carers_service_id = ANY ($2) GROUP BY 1 ORDER BY 1`,
      [endOf(asOf), scope],
    );
  }

  /**
   * How long the list was when each month ended, the oldest first. Each event moves somebody onto a list or off it: what they
   * were before is taken away from the service they were with, what they are now is added to the one they are with.
   */
  async lengths(asOf: LocalDate, scope: OfficerScope, months = 12): Promise<MonthPeople[]> {
    return this.database.query<MonthPeople>(
      `WITH step AS (
         SELECT at, carers_service_id AS service, lag(carers_service_id) OVER person AS before_service, places.added,
                sum(places.added) OVER person AS after_it
           FROM registration_event r CROSS JOIN LATERAL (
             SELECT CASE r.fact WHEN 'left' THEN -1 WHEN 'registered' THEN 1 WHEN 'returned' THEN 1 ELSE 0 END AS added) places
          WHERE at < $1::timestamptz WINDOW person AS (PARTITION BY subscriber_id ORDER BY number)
       ), month AS MATERIALIZED (
         SELECT date_trunc('month', at AT TIME ZONE 'Europe/London') AS month, sum(move.people) AS people
           FROM step CROSS JOIN LATERAL (VALUES (service, after_it), (before_service, added - after_it)) AS move (service, people)
          WHERE move.people <> 0 AND ($2::uuid[] IS NULL OR move.service = ANY ($2)) GROUP BY 1
       )
       SELECT to_char(first, 'YYYY-MM-DD') AS month,
              (SELECT coalesce(sum(people), 0)::integer FROM month WHERE month.month <= first) AS people
         FROM generate_series($3::date, $4::date, interval '1 month') first ORDER BY first`,
      [endOf(asOf), scope, firstMonth(asOf, months), firstMonth(asOf, 1)],
    );
  }

  /**
   * The rows that a number counts, the oldest first.
   * @param after where the page before ended, as its `next`
   */
  async rows(
    asked: RowsAsked,
    asOf: LocalDate,
    scope: OfficerScope,
    after: { at: Date; id: string } | null,
    size = 50,
  ): Promise<{ rows: FigureRow[]; more: boolean }> {
    const { figure, month, part } = asked;
    const rows = await this.database.query<FigureRow>(
      `SELECT e.id, e.subscriber_id AS "subscriberId", c.first_name || ' ' || c.last_name AS name, e.at,
              e.region_id AS "regionId", e.source, e.channel, e.how
         FROM (SELECT e.* FROM (${eventsOf(figure)}) e
        WHERE ($2::uuid[] IS NULL OR e.carers_service_id = ANY ($2))
          AND ($3::date IS NULL OR (e.at >= ($3::date)::timestamp AT TIME ZONE 'Europe/London'
            AND e.at < ($3::date + interval '1 month')::timestamp AT TIME ZONE 'Europe/London'))
          AND ($4::text IS NULL OR ${part ? `e.${columnOf[part.kind]}::text` : 'NULL'} = $4)
          AND ($5::timestamptz IS NULL OR (date_trunc('milliseconds', e.at), e.id) > ($5, $6::uuid))
        ORDER BY date_trunc('milliseconds', e.at), e.id LIMIT ${size + 1}) e
         JOIN subscriber s ON s.id = e.subscriber_id JOIN cardholder c ON c.id = s.cardholder_id
        ORDER BY date_trunc('milliseconds', e.at), e.id`,
      [endOf(asOf), scope, month, part?.value ?? null, after?.at ?? null, after?.id ?? null],
    );
    return { rows: rows.slice(0, size), more: rows.length > size };
  }
}

/** The first day of the first of so many months, the last of which is that of a day. */
function firstMonth(asOf: LocalDate, months: number): LocalDate {
  return addMonths(`${asOf.slice(0, 7)}-01`, 1 - months);
}

import { Database } from '@carers/database';
import type { OfficerScope } from '@carers/information-service';
import { addMonths, type LocalDate } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { columnOf, eventsOf, type Flow, type Part, type Stock } from '../figures.js';
import { endOf, endOfMonth, monthOf } from '../london.js';
import type { MonthCount, MonthPeople, StockCount } from '../recount.js';
import { dayParts, type DayFigure, touchedPeople } from './summed.js';

/** What figures of the two ledgers are read from: sums of the days that are over, and the rows that came since. */
@Injectable()
export class DaySums {
  constructor(private readonly database: Database) {}

  /** Whether a figure is summed by these parts. */
  has(figure: Flow | Stock, by: Part | null): figure is DayFigure {
    const summed: readonly Part[] | undefined = dayParts[figure as DayFigure];
    if (!summed) return false;
    // People who can be reached by two channels stand in both sums: there is none without channels.
    return by ? summed.includes(by) : figure !== 'reachable';
  }

  /** The last day that is summed; null where there is none. */
  async through(): Promise<LocalDate | null> {
    const [row] = await this.database.query<{ through: LocalDate | null }>(
      'SELECT through::text AS through FROM figure_closing',
    );
    return row?.through ?? null;
  }

  /** As `Recount.byMonth`. */
  async byMonth(
    flow: Flow,
    asOf: LocalDate,
    scope: OfficerScope,
    by: Part | null,
    months: number,
  ): Promise<MonthCount[]> {
    const first = addMonths(`${asOf.slice(0, 7)}-01`, 1 - months);
    const part = by ? `${columnOf[by]}::text` : 'NULL::text';
    return this.database.query<MonthCount>(
      `WITH ${closing}
       SELECT to_char(month, 'YYYY-MM-DD') AS month, part, sum(number)::integer AS number, 0::float8 AS pence FROM (
         SELECT date_trunc('month', day::timestamp) AS month, ${part} AS part, number FROM figure_day
          WHERE figure = '${flow}' AND day BETWEEN $3::date AND least($4::date, (SELECT through FROM closing))
            AND ($2::uuid[] IS NULL OR carers_service_id = ANY ($2))
         UNION ALL
         SELECT ${monthOf('e.at')}, ${part}, count(*) FROM (${eventsOf(flow, { since: '(SELECT ended FROM closing)' })}) e
          WHERE e.at >= ($3::date)::timestamp AT TIME ZONE 'Europe/London'
            AND ($2::uuid[] IS NULL OR e.carers_service_id = ANY ($2)) GROUP BY 1, 2) each
        GROUP BY each.month, each.part ORDER BY 1, 2`,
      [endOf(asOf), scope, first, asOf],
    );
  }

  /**
   * As `Recount.at`: what the days that are over add up to, and of the people to whom something happened since, how they stand
   * now less how they stood then.
   */
  async at(stock: DayFigure, asOf: LocalDate, scope: OfficerScope): Promise<StockCount[]> {
    const part = dayParts[stock].includes('channel') ? 'channel' : 'NULL::text';
    const among = { people: 'SELECT subscriber_id FROM touched' };
    const mine = 'WHERE $2::uuid[] IS NULL OR e.carers_service_id = ANY ($2) GROUP BY 1';
    return this.database.query<StockCount>(
      `WITH ${closing}, touched AS MATERIALIZED (${touchedPeople('(SELECT ended FROM closing)', '$1::timestamptz')})
       SELECT part, sum(people)::integer AS people FROM (
         SELECT ${part} AS part, sum(number) AS people FROM figure_day
          WHERE figure = '${stock}' AND day <= least($3::date, (SELECT through FROM closing))
            AND ($2::uuid[] IS NULL OR carers_service_id = ANY ($2)) GROUP BY 1
         UNION ALL SELECT ${part}, count(*) FROM (${eventsOf(stock, among)}) e ${mine}
         UNION ALL SELECT ${part}, -count(*)
           FROM (${eventsOf(stock, { ...among, until: '(SELECT ended FROM closing)' })}) e ${mine}) each
        GROUP BY part HAVING sum(people) <> 0 ORDER BY part`,
      [endOf(asOf), scope, asOf],
    );
  }

  /** As `Recount.lengths`, where all but the last months are summed. */
  async lengths(asOf: LocalDate, through: LocalDate, scope: OfficerScope, months: number): Promise<MonthPeople[]> {
    const last = `${asOf.slice(0, 7)}-01`;
    const steps = await this.database.query<MonthPeople>(
      `SELECT to_char(date_trunc('month', day::timestamp), 'YYYY-MM-DD') AS month, sum(number)::integer AS people
         FROM figure_day WHERE figure = 'on_list' AND day <= least($1::date, $2::date)
          AND ($3::uuid[] IS NULL OR carers_service_id = ANY ($3)) GROUP BY 1`,
      [asOf, through, scope],
    );
    return Promise.all(
      Array.from({ length: months }, async (_, at) => {
        const month = addMonths(last, at - months + 1);
        const end = month === last ? asOf : endOfMonth(month);
        if (end > through) return { month, people: (await this.at('on_list', end, scope))[0]?.people ?? 0 };
        const before = steps.filter((each) => each.month <= month);
        return { month, people: before.reduce((sum, { people }) => sum + people, 0) };
      }),
    );
  }
}

/** Up to when days are summed, in one picture with the sums: as a day, and as the instant of its end. */
const closing = `closing AS MATERIALIZED (SELECT through, CASE WHEN through IS NULL THEN '-infinity'
  ELSE least((through + 1)::timestamp AT TIME ZONE 'Europe/London', $1::timestamptz) END AS ended FROM figure_closing)`;

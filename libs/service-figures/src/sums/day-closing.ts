import { Database, type Tx } from '@carers/database';
import { addDays, Clock, type LocalDate } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { columnOf, eventsOf } from '../figures.js';
import { endOf } from '../london.js';
import { dayFlows, dayParts, dayStocks, touchedPeople } from './summed.js';

/**
 * Sums up the days that are over, one after the other, each in a transaction. What is written later with a time on such a day
 * opens it again (a trigger sees to that), and it is summed anew.
 */
@Injectable()
export class DayClosing {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Safe to call at any time, twice and at once. @returns how many days were summed */
  async close(): Promise<number> {
    for (let days = 0; ; days++) if (!(await this.database.transaction((tx) => this.closeNext(tx)))) return days;
  }

  private async closeNext(tx: Tx): Promise<boolean> {
    const yesterday = addDays(this.clock.today(), -1);
    // Whoever writes to a ledger now is waited for, and whoever comes waits: what has a time before this is seen, or opens
    // the day. Not for long, so that a big import is not in the way of everybody; the next time will do.
    await tx.query(`SET LOCAL lock_timeout = '2s'`);
    await tx.query('LOCK TABLE registration_event, consent_event IN SHARE MODE');
    const [closing] = (await tx.query(`SELECT through::text AS through FROM figure_closing FOR UPDATE`)) as {
      through: LocalDate | null;
    }[];
    const before = closing?.through ?? null;
    if (before && before >= yesterday) return false;
    // Days without events need no look.
    const [next] = (await tx.query(
      `SELECT (least((SELECT min(at) FROM registration_event WHERE at >= $1::timestamptz),
                     (SELECT min(at) FROM consent_event WHERE at >= $1::timestamptz))
               AT TIME ZONE 'Europe/London')::date::text AS day`,
      [before ? endOf(before) : '-infinity'],
    )) as { day: LocalDate | null }[];
    const day = next?.day && next.day <= yesterday ? next.day : null;
    const through = day ?? yesterday;
    // Sums that were written before the day was opened again.
    await tx.query('DELETE FROM figure_day WHERE day <= $1 AND ($2::date IS NULL OR day > $2)', [through, before]);
    if (day) await tx.query(sums, [endOf(day), endOf(addDays(day, -1)), day]);
    await tx.query('UPDATE figure_closing SET through = $1', [through]);
    return day !== null;
  }
}

const columns = ['channel', 'source', 'region_id'];
const among = { people: 'SELECT subscriber_id FROM touched' };

/** `$1` and `$2`: the instants at which the day and the one before end. */
const sums = `
  WITH touched AS MATERIALIZED (${touchedPeople('$2::timestamptz', '$1::timestamptz')})
  INSERT INTO figure_day (carers_service_id, figure, channel, source, region_id, day, number)
  SELECT service, figure, channel, source, region_id, $3::date, sum(number) FROM (
    ${[
      ...dayFlows.map((flow) => counted(flow, eventsOf(flow, { since: '$2' }))),
      ...dayStocks.map((stock) => counted(stock, eventsOf(stock, among))),
      ...dayStocks.map((stock) => counted(stock, eventsOf(stock, { ...among, until: '$2' }), '-')),
    ].join(' UNION ALL ')}
  ) each GROUP BY 1, 2, 3, 4, 5 HAVING sum(number) <> 0`;

function counted(figure: (typeof dayFlows)[number] | (typeof dayStocks)[number], events: string, sign = ''): string {
  const told = dayParts[figure].map((part) => columnOf[part]);
  const parts = columns.map((column) => `${told.includes(column) ? `e.${column}` : typed(column)} AS ${column}`);
  return `SELECT e.carers_service_id AS service, '${figure}' AS figure, ${parts.join(', ')}, ${sign}count(*) AS number
    FROM (${events}) e GROUP BY 1, 2, 3, 4, 5`;
}

function typed(column: string): string {
  return column === 'region_id' ? 'NULL::uuid' : 'NULL::text';
}

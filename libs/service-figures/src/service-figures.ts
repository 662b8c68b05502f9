import type { OfficerScope } from '@carers/information-service';
import { addMonths, type LocalDate } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import type { Flow, Part, Stock } from './figures.js';
import {
  type FigureRow,
  type MonthCount,
  type MonthPeople,
  Recount,
  type RowsAsked,
  type StockCount,
} from './recount.js';
import { BulletinSums, type CopyCount } from './sums/bulletin-sums.js';
import { DaySums } from './sums/day-sums.js';
import { type BulletinFlow, bulletinFlows } from './sums/summed.js';

/** One figure of copies. */
export interface Copies {
  byChannel: MonthCount[];
  together: MonthCount[];
}

/** How many months may be read of the days that are not summed: more are counted in one pass over everything. */
const fewMonths = 3;

/**
 * Figures of the carers service, of a day as of its end in London. Each is what `Recount` gives, however late it is asked; where
 * there are sums it is read from them.
 */
@Injectable()
export class ServiceFigures {
  constructor(
    private readonly recount: Recount,
    private readonly days: DaySums,
    private readonly bulletins: BulletinSums,
  ) {}

  /** Month by month up to a day, the oldest first; months in which nothing happened are left out. */
  async byMonth(
    flow: Flow,
    asOf: LocalDate,
    scope: OfficerScope,
    by: Part | null = null,
    months = 12,
  ): Promise<MonthCount[]> {
    if (this.days.has(flow, by)) return this.days.byMonth(flow, asOf, scope, by, months);
    if (this.bulletins.has(flow, by)) {
      const counts = await this.bulletins.byMonth([flow], asOf, scope, months);
      return by ? withoutFlow(counts) : together(counts);
    }
    return this.recount.byMonth(flow, asOf, scope, by, months);
  }

  /** Everything that became of copies: as `byMonth` for each of its figures, by channel and together, read at once. */
  async copies(asOf: LocalDate, scope: OfficerScope, months = 12): Promise<Record<BulletinFlow, Copies>> {
    const all = await this.bulletins.byMonth(bulletinFlows, asOf, scope, months);
    const of = (flow: BulletinFlow): Copies => {
      const counts = all.filter((each) => each.flow === flow);
      return { byChannel: withoutFlow(counts), together: together(counts) };
    };
    return { sent: of('sent'), bounced: of('bounced'), not_sent: of('not_sent') };
  }

  /** People who were sent at least one copy in a month, once for each service that sent it. */
  async reached(asOf: LocalDate, scope: OfficerScope, months = 12): Promise<MonthPeople[]> {
    return this.bulletins.reached(asOf, scope, months);
  }

  /** How it stands at the end of a day. */
  async at(stock: Stock, asOf: LocalDate, scope: OfficerScope, by: Part | null = null): Promise<StockCount[]> {
    return this.days.has(stock, by) ? this.days.at(stock, asOf, scope) : this.recount.at(stock, asOf, scope, by);
  }

  /** How long the list was when each month ended, the oldest first; when the day ended, in its month. */
  async lengths(asOf: LocalDate, scope: OfficerScope, months = 12): Promise<MonthPeople[]> {
    const through = await this.days.through();
    if (!through || through < addMonths(asOf, -fewMonths)) return this.recount.lengths(asOf, scope, months);
    return this.days.lengths(asOf, through, scope, months);
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
    return this.recount.rows(asked, asOf, scope, after, size);
  }
}

function withoutFlow(counts: readonly CopyCount[]): MonthCount[] {
  return counts.map(({ month, part, number, pence }) => ({ month, part, number, pence }));
}

/** The channels of each month in one. */
function together(counts: readonly CopyCount[]): MonthCount[] {
  return [...Map.groupBy(counts, ({ month }) => month)].map(([month, each]) => ({
    month,
    part: null,
    number: each.reduce((sum, { number }) => sum + number, 0),
    pence: each.reduce((sum, { pence }) => sum + pence, 0),
  }));
}

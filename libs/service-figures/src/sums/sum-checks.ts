import { Database } from '@carers/database';
import type { OfficerScope } from '@carers/information-service';
import { Clock, type LocalDate } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { type Flow, flows, type Part, stocks } from '../figures.js';
import { Recount } from '../recount.js';
import { ServiceFigures } from '../service-figures.js';
import { BulletinCounting } from './bulletin-counting.js';
import { DayClosing } from './day-closing.js';

/** A figure that the sums give otherwise than the rows. */
export interface SumDifference {
  figure: string;
  carersServiceId: string | null;
  sums: string;
  rows: string;
}

const byParts: readonly [Flow, Part][] = [
  ['signed_up', 'source'],
  ['signed_up', 'region'],
  ['agreed', 'channel'],
  ['withdrew', 'channel'],
  ...(['sent', 'bounced', 'not_sent'] as const).map((flow): [Flow, Part] => [flow, 'channel']),
];

/** Holds the sums against the rows, and makes them anew. */
@Injectable()
export class SumChecks {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly figures: ServiceFigures,
    private readonly recount: Recount,
    private readonly days: DayClosing,
    private readonly bulletins: BulletinCounting,
  ) {}

  /** Every figure of the page as of a day, of each service and of all: what differs. Ask while nobody writes. */
  async differences(asOf: LocalDate = this.clock.today()): Promise<SumDifference[]> {
    const services = await this.database.query<{ id: string }>('SELECT id FROM carers_service ORDER BY id');
    const found: SumDifference[] = [];
    for (const id of [...services.map((service) => service.id), null]) {
      const scope: OfficerScope = id === null ? null : [id];
      for (const { figure, ask } of this.questions(asOf, scope)) {
        const [sums, rows] = [JSON.stringify(await ask(this.figures)), JSON.stringify(await ask(this.recount))];
        if (sums !== rows) found.push({ figure, carersServiceId: id, sums, rows });
      }
    }
    return found;
  }

  /** Forgets every sum and sums up anew. The page reads the rows meanwhile. */
  async anew(): Promise<{ days: number; bulletins: number }> {
    await this.database.transaction(async (tx) => {
      await tx.query('UPDATE figure_closing SET through = NULL');
      await tx.query('UPDATE figure_bulletin SET counted_at = NULL');
    });
    return { bulletins: await this.bulletins.count(), days: await this.days.close() };
  }

  private questions(asOf: LocalDate, scope: OfficerScope) {
    type Ask = (of: Pick<Recount, 'byMonth' | 'reached' | 'at' | 'lengths'>) => Promise<unknown>;
    const all: { figure: string; ask: Ask }[] = [
      ...flows.map((flow) => ({ figure: flow, ask: (async (of) => of.byMonth(flow, asOf, scope)) as Ask })),
      ...byParts.map(([flow, part]) => ({
        figure: `${flow} by ${part}`,
        ask: (async (of) => of.byMonth(flow, asOf, scope, part)) as Ask,
      })),
      ...stocks.map((stock) => ({
        figure: stock,
        ask: (async (of) => of.at(stock, asOf, scope, stock === 'reachable' ? 'channel' : null)) as Ask,
      })),
      { figure: 'reached', ask: async (of) => of.reached(asOf, scope) },
      { figure: 'length', ask: async (of) => of.lengths(asOf, scope) },
    ];
    return all;
  }
}

import { channels } from '@carers/information-service';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { type Flow, isFlow, isStock, type Part } from './figures.js';
import {
  breakdown,
  chartOf,
  column,
  costs,
  linesOf,
  monthsUntil,
  standing,
  type Cell,
  type Table,
  type Telling,
} from './figures.presenter.js';
import type { Reader } from './figures-query.js';
import type { MonthCount, RowsAsked } from './recount.js';
import { ServiceFigures } from './service-figures.js';
import { hideFew } from './small-groups.js';

/** A table of one figure by months and parts, with the names of its columns. */
export interface PartTable extends Table {
  figure: Flow;
  by: Part;
  /** Catalogue key, or the name of a region. */
  columns: string[];
}

/** All figures of the page, as somebody may see them. */
@Injectable()
export class FiguresBoard {
  constructor(
    private readonly figures: ServiceFigures,
    private readonly schemes: SchemeService,
  ) {}

  async read({ asOf, scope, smallest }: Reader) {
    const telling: Telling = { asOf, smallest };
    const regions = (await this.schemes.regions()).filter(
      ({ carersServiceId }) => scope === null || scope.includes(carersServiceId),
    );
    const flow = (name: Flow) => this.figures.byMonth(name, asOf, scope);
    const [signedUp, cameBack, left, withdrew, copies, lengths, reached] = await Promise.all([
      flow('signed_up'),
      flow('came_back'),
      flow('left'),
      flow('withdrew'),
      this.figures.copies(asOf, scope),
      this.figures.lengths(asOf, scope),
      this.figures.reached(asOf, scope),
    ]);
    const parts = await Promise.all([
      this.table('signed_up', 'source', null, telling, scope),
      this.table(
        'signed_up',
        'region',
        regions.map(({ id }) => id),
        telling,
        scope,
      ),
      this.table('agreed', 'channel', channels, telling, scope),
      this.table('sent', 'channel', channels, telling, scope, copies.sent.byChannel),
    ]);
    const [onList, reachable, unreachable, paused, held] = await Promise.all([
      this.figures.at('on_list', asOf, scope),
      this.figures.at('reachable', asOf, scope, 'channel'),
      this.figures.at('unreachable', asOf, scope),
      this.figures.at('paused', asOf, scope),
      this.figures.at('held', asOf, scope),
    ]);
    const ups = column(signedUp, 'signed_up', telling);
    const long: Cell[] = monthsUntil(asOf).map((month) => {
      const people = lengths.find((each) => each.month === month)?.people ?? 0;
      return { number: smallest ? hideFew(people, smallest) : people, href: null };
    });
    const sentColumn = column(copies.sent.together, 'sent', telling);
    const names = new Map(regions.map(({ id, name }) => [id, name]));
    return {
      growth: {
        chart: chartOf(ups, asOf),
        lengths: chartOf(long, asOf),
        table: linesOf(asOf, ups, column(cameBack, 'came_back', telling), column(left, 'left', telling), long),
      },
      parts: parts.map((each) => ({
        ...each,
        columns: each.columns.map((value) => names.get(value) ?? `service-figures:${each.by}s.${value}`),
      })),
      health: [
        { figure: 'on_list', ...standing(onList, 'on_list', telling) },
        ...channels.map((channel) => ({
          figure: 'reachable',
          channelKey: `service-figures:channels.${channel}`,
          ...standing(reachable, 'reachable', telling, ['channel', channel]),
        })),
        { figure: 'unreachable', ...standing(unreachable, 'unreachable', telling) },
        { figure: 'paused', ...standing(paused, 'paused', telling) },
        { figure: 'held', ...standing(held, 'held', telling) },
      ],
      messages: {
        chart: chartOf(sentColumn, asOf),
        table: linesOf(
          asOf,
          sentColumn,
          column(copies.bounced.together, 'bounced', telling),
          column(copies.not_sent.together, 'not_sent', telling),
          column(withdrew, 'withdrew', telling),
          costs(copies.sent.together, reached, telling),
        ),
      },
    };
  }

  /** Whether the rows of a number may be shown: to whom few are hidden, only those of a number that is told. */
  async mayOpen(asked: RowsAsked, { asOf, scope, smallest }: Reader): Promise<boolean> {
    if (smallest === null) return true;
    const { figure, month, part } = asked;
    const telling: Telling = { asOf, smallest };
    if (isFlow(figure)) {
      if (!month || month > asOf) return false;
      const counts = await this.figures.byMonth(figure, asOf, scope, part?.kind ?? null);
      const at = monthsUntil(asOf).indexOf(month);
      if (!part) return (column(counts, figure, telling)[at]?.number ?? 0) > 0;
      const values = [...new Set(counts.map(({ part: value }) => value ?? ''))];
      const line = breakdown(counts, figure, part.kind, values, telling).months.find((each) => each.month === month);
      return (line?.cells[values.indexOf(part.value)]?.number ?? 0) > 0;
    }
    if (!isStock(figure)) return false;
    const counts = await this.figures.at(figure, asOf, scope, part?.kind ?? null);
    return (standing(counts, figure, telling, part ? [part.kind, part.value] : undefined).number ?? 0) > 0;
  }

  private async table(
    figure: Flow,
    by: Part,
    known: readonly string[] | null,
    telling: Telling,
    scope: Reader['scope'],
    read?: readonly MonthCount[],
  ): Promise<PartTable> {
    const counts = read ?? (await this.figures.byMonth(figure, telling.asOf, scope, by));
    // Where the values are not known beforehand, those that occur are the columns.
    const values = known ?? [...new Set(counts.flatMap(({ part }) => part ?? []))].sort();
    return { figure, by, columns: [...values], ...breakdown(counts, figure, by, values, telling) };
  }
}

import { addMonths, type LocalDate } from '@carers/kernel';
import { type ChartMonth, type MonthChart, monthChart } from '@carers/pages';
import type { Figure, Part } from './figures.js';
import type { MonthCount, MonthPeople, StockCount } from './recount.js';
import { hideFew, hideSmall } from './small-groups.js';

/** A number on the page: null where it is not told; with the way to its rows, where there are some to show. */
export interface Cell {
  number: number | null;
  href: string | null;
  pence?: boolean;
}

/** One table: a line for each month, a column for each part. */
export interface Table {
  months: { month: LocalDate; cells: Cell[] }[];
}

/** How numbers are shown to somebody. */
export interface Telling {
  asOf: LocalDate;
  /** Groups under this are hidden; null shows all. */
  smallest: number | null;
}

/** The months up to a day, the oldest first, by their first days. */
export function monthsUntil(asOf: LocalDate, count = 12): LocalDate[] {
  const last = `${asOf.slice(0, 7)}-01`;
  return Array.from({ length: count }, (_, at) => addMonths(last, at - count + 1));
}

/** A column of numbers by month, each by itself. */
export function column(counts: readonly MonthCount[], figure: Figure, telling: Telling): Cell[] {
  return monthsUntil(telling.asOf).map((month) => {
    const number = counts.find((each) => each.month === month)?.number ?? 0;
    return cell(telling.smallest ? hideFew(number, telling.smallest) : number, telling, { figure, month });
  });
}

/** A column for each part: what is hidden in a month cannot be worked out from the others and the month's sum. */
export function breakdown(
  counts: readonly MonthCount[],
  figure: Figure,
  by: Part,
  values: readonly string[],
  telling: Telling,
): Table {
  return {
    months: monthsUntil(telling.asOf)
      .reverse()
      .map((month) => {
        const exact = values.map(
          (value) => counts.find((each) => each.month === month && each.part === value)?.number ?? 0,
        );
        const shown = telling.smallest ? hideSmall(exact, telling.smallest) : exact;
        return {
          month,
          cells: shown.map((number, at) => cell(number, telling, { figure, month, by, value: values[at]! })),
        };
      }),
  };
}

/** A number that stands by itself, at the end of the day. */
export function standing(counts: readonly StockCount[], figure: Figure, telling: Telling, by?: [Part, string]): Cell {
  const number = counts.find(({ part }) => part === (by?.[1] ?? null))?.people ?? 0;
  const told = telling.smallest ? hideFew(number, telling.smallest) : number;
  return cell(told, telling, { figure, ...(by && { by: by[0], value: by[1] }) });
}

/** Pence for each person who was sent something in a month; null where there were none, or few. */
export function costs(sent: readonly MonthCount[], reached: readonly MonthPeople[], telling: Telling): Cell[] {
  return monthsUntil(telling.asOf).map((month) => {
    const pence = sent.find((each) => each.month === month)?.pence ?? 0;
    const people = reached.find((each) => each.month === month)?.people ?? 0;
    const told = people > 0 && hideFew(people, telling.smallest ?? 1);
    return { number: told ? Math.round(pence / people) : null, href: null, pence: true };
  });
}

/** The same numbers as bars. */
export function chartOf(cells: readonly Cell[], asOf: LocalDate): MonthChart {
  return monthChart(monthsUntil(asOf).map((month, at): ChartMonth => ({ month, value: cells[at]!.number })));
}

/** Lines of a table from its columns, the newest month first. */
export function linesOf(asOf: LocalDate, ...columns: readonly Cell[][]): Table {
  const months = monthsUntil(asOf).map((month, at) => ({ month, cells: columns.map((cells) => cells[at]!) }));
  return { months: months.reverse() };
}

function cell(
  number: number | null,
  { asOf }: Telling,
  asked: { figure: Figure; month?: LocalDate; by?: Part; value?: string },
): Cell {
  if (!number) return { number, href: null };
  const query = new URLSearchParams({ asOf, ...asked });
  return { number, href: `/staff/information-service/figures/rows?${query}` };
}

/** A bar of a chart: a month, and how many; null where the number is not told. */
export interface ChartMonth {
  /** Any of its days. */
  month: string;
  value: number | null;
}

/** What the partial `month-chart` draws. Lengths are of its own drawing, 560 by 220. */
export interface MonthChart {
  width: number;
  height: number;
  bars: { x: number; y: number; width: number; height: number; middle: number; month: string; value: number | null }[];
  /** Lines across, with the number that each stands for. */
  lines: { y: number; value: number }[];
  /** Where the bars stand. */
  ground: number;
  left: number;
}

const width = 560;
const height = 220;
const left = 48;
const top = 18;
const ground = 188;
/** About so many lines across. */
const lineCount = 4;

/** A chart of months as bars, the first on the left. What it shows must stand in a table as well. */
export function monthChart(months: readonly ChartMonth[]): MonthChart {
  const most = Math.max(1, ...months.map(({ value }) => value ?? 0));
  const step = niceStep(most / lineCount);
  const end = Math.ceil(most / step) * step;
  const heightOf = (value: number) => round((value / end) * (ground - top));
  const room = (width - left) / Math.max(months.length, 1);
  return {
    width,
    height,
    ground,
    left,
    lines: Array.from({ length: end / step + 1 }, (_, at) => ({ y: ground - heightOf(at * step), value: at * step })),
    bars: months.map(({ month, value }, at) => {
      const tall = heightOf(value ?? 0);
      const x = round(left + at * room + room * 0.18);
      return {
        ...{ x, y: ground - tall, width: round(room * 0.64), height: tall },
        ...{ middle: round(left + (at + 0.5) * room), month, value },
      };
    }),
  };
}

/** The next of 1, 2, 5, 10, 20, 50 … that is at least as large. */
function niceStep(least: number): number {
  const size = 10 ** Math.floor(Math.log10(Math.max(least, 1)));
  return [1, 2, 5, 10].map((each) => each * size).find((each) => each >= least)!;
}

function round(length: number): number {
  return Math.round(length * 10) / 10;
}

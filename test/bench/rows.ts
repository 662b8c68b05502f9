import { cpus } from 'node:os';

/** One line of the table: a figure of ours, what it is held against, and the target for the first divided by the second. */
export interface Row {
  name: string;
  unit: '/s' | 'ms' | 'MiB' | 'copies';
  ours: number;
  bare: number;
  ratio: number;
  /** Null for what is told to compare with. */
  target: number | null;
  /** Whether a small ratio is good, as for times and memory. */
  atMost: boolean;
  met: boolean | null;
}

/** A line whose ratio has to reach its target, or to stay below it. */
export function row(parts: Omit<Row, 'met' | 'ratio'> & { ratio?: number }): Row {
  const ratio = parts.ratio ?? parts.ours / parts.bare;
  const { target, atMost } = parts;
  return { ...parts, ratio, met: target === null ? null : atMost ? ratio <= target : ratio >= target };
}

/** The rows for machines, on one line. */
export function asJson(rows: readonly Row[]): string {
  const to = (value: number) => Number(value.toPrecision(5));
  const plain = rows.map((one) => ({ ...one, ours: to(one.ours), bare: to(one.bare), ratio: to(one.ratio) }));
  return `${JSON.stringify({ rows: plain })}\n`;
}

/** The rows for people. */
export function asTable(rows: readonly Row[]): string {
  const figure = (value: number, unit: Row['unit']) => `${value.toFixed(unit === 'ms' ? 2 : 0)} ${unit}`.padStart(12);
  const lines = rows.map(
    ({ name, unit, ours, bare, ratio, target, atMost, met }) =>
      `${name.padEnd(20)}${figure(ours, unit)}${figure(bare, unit)}${ratio.toFixed(2).padStart(10)}   ` +
      (target === null ? 'to compare' : `${atMost ? '≤' : '≥'} ${target} ${met ? 'met' : 'NOT MET'}`),
  );
  const head = `${'bench'.padEnd(20)}${'ours'.padStart(12)}${'bare'.padStart(12)}${'ratio'.padStart(10)}   target`;
  return [`\n${cpus().length} processors, Node ${process.version}`, head, ...lines, ''].join('\n');
}

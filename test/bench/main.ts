import 'reflect-metadata';
import { cpus } from 'node:os';
import { ScaleLoad } from '@carers/demo';
import { makeBenches } from './benches.js';
import { growTo, type ListTime, timeLists } from './growth.js';
import { measure, type Result } from './rounds.js';
import { startWorld } from './world.js';

/** One line of the table. For `growth` the two are milliseconds of a list, large and small. */
interface Row {
  name: string;
  ours: number;
  bare: number;
  ratio: number;
  target: number;
  met: boolean;
}

const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const asJson = process.argv.includes('--json');
const say = (sentence: string) => void process.stderr.write(`${sentence}\n`);
const wanted = (name: string) => names.length === 0 || names.includes(name);

/** `--quick` shows in seconds that the bench works; its figures are worth nothing. */
const quick = process.argv.includes('--quick');
const [cards, offers, manyOffers] = quick ? [2_000, 400, 2_000] : [100_000, 10_000, 100_000];
const [fewOffers, rounds, seconds] = quick ? [400, 1, 1] : [1_000, 5, 4];

const rows: Row[] = [];
const world = await startWorld(say);
try {
  let small: ListTime | null = null;
  if (wanted('growth')) {
    await growTo(world, fewOffers, say);
    small = await timeLists(world);
  }
  say(`Loading ${cards} cards and ${offers} offers`);
  await world.libs.get(ScaleLoad, { strict: false }).load({ cards, offers }, say);
  for (const bench of await makeBenches(world)) {
    if (!wanted(bench.name)) continue;
    say(`Measuring ${bench.name}: ${rounds} rounds of ${seconds} s each, in turn`);
    const result = await measure(world, bench, rounds, seconds);
    describe(result);
    rows.push(rowOf(result));
  }
  if (small) {
    await growTo(world, manyOffers, say);
    const large = await timeLists(world);
    // Minutes lie between the two, in which the machine's speed may have changed: each is held against its own.
    const ratio = large.list / large.nothing / (small.list / small.nothing);
    rows.push({ name: 'growth', ours: large.list, bare: small.list, ratio, target: 1.5, met: ratio <= 1.5 });
  }
} finally {
  await world.end();
}
if (asJson) process.stdout.write(`${JSON.stringify({ rows: rows.map(rounded) })}\n`);
else table();

function rowOf({ name, ours, bare, ratio, target }: Result): Row {
  return { name, ours: ours.rate, bare: bare.rate, ratio, target, met: ratio >= target };
}

function describe({ name, ours, bare }: Result): void {
  for (const [who, one] of [
    ['ours', ours],
    ['bare', bare],
  ] as const) {
    say(
      `  ${name} ${who}: ${one.rate.toFixed(0)}/s, median ${one.p50.toFixed(1)} ms, p99 ${one.p99.toFixed(1)} ms, ` +
        `processor time a request: server ${one.serverCpu.toFixed(3)} ms, PostgreSQL ${one.databaseCpu.toFixed(3)} ms`,
    );
  }
}

function table(): void {
  process.stdout.write(`\n${cpus().length} processors, Node ${process.version}\n`);
  process.stdout.write('bench          ours        bare        ratio    target\n');
  for (const { name, ours, bare, ratio, target, met } of rows) {
    const most = name === 'growth';
    process.stdout.write(
      `${name.padEnd(12)} ${ours.toFixed(most ? 2 : 0).padStart(8)}${most ? ' ms' : '/s '} ${bare.toFixed(most ? 2 : 0).padStart(8)}${most ? ' ms' : '/s '} ` +
        `${ratio.toFixed(2).padStart(8)}   ${most ? '≤' : '≥'} ${target} ${met ? 'met' : 'NOT MET'}\n`,
    );
  }
}

function rounded(row: Row): Row {
  const to = (value: number) => Number(value.toPrecision(5));
  return { ...row, ours: to(row.ours), bare: to(row.bare), ratio: to(row.ratio) };
}

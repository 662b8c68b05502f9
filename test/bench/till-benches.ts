import { Database } from '@carers/database';
import { type Bench, type Measured, measure, middle, ratioOf, type Result, run, warmUpSeconds } from './rounds.js';
import { row, type Row } from './rows.js';
import { makeTills, type TillWorld, usesOf } from './till-world.js';
import type { Server, World } from './world.js';

/** How long and how often a bench is measured, and who is told. */
export interface Pace {
  rounds: number;
  seconds: number;
  say: (sentence: string) => void;
}

const sides = ['ours', 'bare'] as const;
type Side = (typeof sides)[number];

const cpu = (one: Measured) => one.serverCpu + one.databaseCpu;

/** Rate, slowest answers and processor time of a till's requests at 16 senders; at 64; and the time of a lone one. */
export async function tillRows(world: World, tills: TillWorld, name: string, pace: Pace): Promise<Row[]> {
  if (name === 'validations-64') {
    const result = await told(world, { name, connections: 64, ...tills.validation }, pace);
    return [rateRow(name, result, 1.3)];
  }
  if (name === 'validations-1') {
    const result = await told(world, { name, connections: 1, ...tills.validation }, pace);
    return [timeRow(name, result, (one) => one.p50, 1.25)];
  }
  const exchange = name === 'validations' ? tills.validation : tills.redemption;
  const result = await told(world, { name, connections: 16, ...exchange }, pace);
  return [
    rateRow(name, result, 1),
    timeRow(`${name}-p99`, result, (one) => one.p99, 1.2),
    timeRow(`${name}-cpu`, result, cpu, 0.95),
  ];
}

/** Everybody at one offer that has a limit in total: the limit holds, and the rate hardly suffers. */
export async function popularRow(world: World, tills: TillWorld, pace: Pace): Promise<Row> {
  const database = world.libs.get(Database);
  const { offerId, branchId } = tills.tills[0]!;
  // One business whose 16 tills are all at work: the tills of the others move to it for this bench.
  const ids = tills.tills.map(({ tillId }) => tillId);
  const was = await database.query<{ id: string; branch_id: string }>(
    'SELECT id, branch_id FROM till WHERE id = ANY ($1)',
    [ids],
  );
  await database.query('UPDATE till SET branch_id = $2 WHERE id = ANY ($1)', [ids, branchId]);
  const limit = 100_000_000;
  await database.query(
    `UPDATE offer SET terms = terms || jsonb_build_object('limits', jsonb_build_object('total', $2::integer)),
            revision = revision + 1 WHERE id = $1`,
    [offerId, limit],
  );
  try {
    const bench: Bench = { name: 'popular', connections: 16, ...tills.redemption, ours: usesOf(tills, offerId) };
    // The bare server does not count: it shows what the same rows cost without anybody in the way.
    const result = await told(world, bench, pace);
    const [counted] = await database.query<{ used: number; rows: number }>(
      `SELECT (SELECT used FROM offer_counter WHERE offer_id = $1 AND scope = 'total') AS used,
              (SELECT count(*) FROM redemption WHERE offer_id = $1 AND 'total' = ANY (counted)) AS rows`,
      [offerId],
    );
    if (!counted || counted.used !== counted.rows || counted.used === 0) {
      throw new Error(`${counted?.rows} uses were recorded, and ${counted?.used} counted.`);
    }
    return rateRow('popular', result, 0.8);
  } finally {
    await database.query(`UPDATE offer SET terms = terms - 'limits', revision = revision + 1 WHERE id = $1`, [offerId]);
    for (const { id, branch_id } of was)
      await database.query('UPDATE till SET branch_id = $2 WHERE id = $1', [id, branch_id]);
  }
}

/**
 * What a request costs at two processes, against one: each with as many senders as the one has, which is what a second
 * process is for; and with the one's senders shared out, where each process has half as many to share a commit.
 * Beside both, what this machine takes for a second bare server, which shares nothing with the first but its caches.
 */
export async function processesRows(world: World, tills: TillWorld, pace: Pace): Promise<Row[]> {
  const others = { ours: await world.another('ours'), bare: await world.another('bare') };
  // The first two have answered for minutes by now, if other benches were asked for.
  for (const side of sides) {
    await run(world, [others[side]], { connections: 16 }, tills.validation[side], pace.rounds * pace.seconds);
  }
  const rows: Row[] = [];
  for (const { name, sendersOfTwo, target } of [
    { name: 'processes-cpu', sendersOfTwo: 32, target: 1.1 },
    { name: 'processes-split', sendersOfTwo: 16, target: null },
  ]) {
    const { ours, bare } = await twoAndOne(world, others, tills, { name, sendersOfTwo }, pace);
    tell(ours, pace.say, ['two processes', 'one process']);
    tell(bare, pace.say, ['two bare servers', 'one bare server']);
    rows.push(timeRow(name, ours, cpu, target), timeRow(`${name}-bare`, bare, cpu, null));
  }
  return rows;
}

/** Two and one (16 senders) in turn, in short rounds: a process that waited for seconds begins by tidying up its memory. */
async function twoAndOne(
  world: World,
  others: Record<Side, Server>,
  tills: TillWorld,
  { name, sendersOfTwo }: { name: string; sendersOfTwo: number },
  { rounds, seconds }: Pace,
): Promise<Record<Side, Result>> {
  const results: Record<Side, Result> = { ours: { name, ours: [], bare: [] }, bare: { name, ours: [], bare: [] } };
  const measured = (side: Side, many: 'two' | 'one', duration: number) => {
    const servers = many === 'two' ? [world[side], others[side]] : [world[side]];
    const connections = many === 'two' ? sendersOfTwo : 16;
    return run(world, servers, { connections }, tills.validation[side], duration);
  };
  for (const side of sides) await measured(side, 'two', Math.min(warmUpSeconds, rounds * seconds));
  for (let round = 0; round < 2 * rounds; round++) {
    for (const side of sides) {
      for (const many of round % 2 ? (['one', 'two'] as const) : (['two', 'one'] as const)) {
        results[side][many === 'two' ? 'ours' : 'bare'].push(await measured(side, many, Math.max(1, seconds / 2)));
      }
    }
  }
  return results;
}

/** Validations among few cards and among many, each held against the bare server in the same minutes. */
export async function registryRow(
  world: World,
  sizes: readonly [number, number],
  load: (cards: number) => Promise<void>,
  pace: Pace,
): Promise<Row> {
  const results: Result[] = [];
  for (const cards of sizes) {
    await load(cards);
    const tills = await makeTills(world);
    results.push(await told(world, { name: `${cards} cards`, connections: 16, ...tills.validation }, pace));
  }
  const [few, many] = results.map((result) => ratioOf(result, ({ rate }) => rate)) as [number, number];
  const [oursFew, oursMany] = results.map(({ ours }) => middle(ours).rate) as [number, number];
  return row({
    name: 'registry',
    unit: '/s',
    ours: oursMany,
    bare: oursFew,
    ratio: many / few,
    target: 0.9,
    atMost: false,
  });
}

/** Measures, and says the figures behind the ratio. */
export async function told(world: World, bench: Bench, { rounds, seconds, say }: Pace): Promise<Result> {
  say(`Measuring ${bench.name}: ${rounds} rounds of ${seconds} s each, in turn`);
  const result = await measure(world, bench, rounds, seconds);
  tell(result, say, ['ours', 'bare']);
  return result;
}

function tell({ name, ours, bare }: Result, say: Pace['say'], names: [string, string]): void {
  for (const [index, all] of [ours, bare].entries()) {
    const one = middle(all);
    say(
      `  ${name} ${names[index]}: ${one.rate.toFixed(0)}/s, median ${one.p50.toFixed(1)} ms, p99 ${one.p99.toFixed(1)} ms, ` +
        `processor time a request: server ${one.serverCpu.toFixed(3)} ms, PostgreSQL ${one.databaseCpu.toFixed(3)} ms`,
    );
  }
}

/** A rate that has to reach a share of the bare server's. */
export function rateRow(name: string, result: Result, target: number): Row {
  const [ours, bare] = [middle(result.ours).rate, middle(result.bare).rate];
  return row({ name, unit: '/s', ours, bare, ratio: ratioOf(result, ({ rate }) => rate), target, atMost: false });
}

function timeRow(name: string, result: Result, figure: (one: Measured) => number, target: number | null): Row {
  const [ours, bare] = [figure(middle(result.ours)), figure(middle(result.bare))];
  return row({ name, unit: 'ms', ours, bare, ratio: ratioOf(result, figure), target, atMost: true });
}

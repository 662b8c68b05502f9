import autocannon from 'autocannon';
import { cpuSeconds, familyCpuSeconds } from './cpu.js';
import { loneTimes } from './lone.js';
import type { Server, World } from './world.js';

/** A request that a bench sends, made anew each time. */
export interface BenchRequest {
  method: 'GET' | 'POST';
  path: string;
  headers?: Record<string, string>;
  body?: string;
}

export interface Bench {
  name: string;
  /** Senders that each wait for an answer before they ask again. */
  connections: number;
  /** Requests that belong together, sent one after the other. */
  ours: () => BenchRequest[];
  bare: () => BenchRequest[];
}

export interface Measured {
  /** Requests a second. */
  rate: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  /** Processor milliseconds a request: of the server, and of PostgreSQL. */
  serverCpu: number;
  databaseCpu: number;
}

/** Every round of a bench, ours and bare in pairs that were measured one after the other. */
export interface Result {
  name: string;
  ours: Measured[];
  bare: Measured[];
}

/** Ours divided by bare, of one figure: the median of round by round, so that a machine whose speed drifts is fair. */
export function ratioOf({ ours, bare }: Result, figure: (one: Measured) => number): number {
  return median(ours.map((one, round) => figure(one) / figure(bare[round]!)));
}

/** How long both are asked before it counts: V8 compiles for some seconds, and a server runs for weeks. */
export const warmUpSeconds = 5;

/** Measures the two in turn, round after round. */
export async function measure(world: World, bench: Bench, rounds: number, seconds: number): Promise<Result> {
  const result: Result = { name: bench.name, ours: [], bare: [] };
  const warmUp = Math.min(warmUpSeconds, rounds * seconds);
  for (const side of ['ours', 'bare'] as const) await run(world, [world[side]], bench, bench[side], warmUp);
  for (let round = 0; round < rounds; round++) {
    // Who goes first changes, since what the first leaves behind (a checkpoint) is the second's to bear.
    for (const side of round % 2 ? (['bare', 'ours'] as const) : (['ours', 'bare'] as const)) {
      result[side].push(await run(world, [world[side]], bench, bench[side], seconds));
    }
  }
  return result;
}

/** One round: the senders are shared out among the servers. */
export async function run(
  world: World,
  servers: readonly Server[],
  { connections }: Pick<Bench, 'connections'>,
  next: () => BenchRequest[],
  seconds: number,
): Promise<Measured> {
  if (connections === 1) return alone(world, servers[0]!, next, seconds);
  const together = next().length;
  const spent = () => [sum(servers.map(({ pid }) => cpuSeconds(pid))), familyCpuSeconds(world.postgresPid)] as const;
  const before = spent();
  const results = await Promise.all(
    servers.map(({ url }) =>
      autocannon({
        url,
        connections: Math.ceil(connections / servers.length),
        duration: seconds,
        requests: Array.from({ length: together }, (_, place) => ({
          method: 'GET' as const,
          setupRequest(request: object, context: { requests?: BenchRequest[] }) {
            if (place === 0 || !context.requests) context.requests = next();
            return { ...request, ...context.requests[place] };
          },
        })),
      }),
    ),
  );
  const after = spent();
  const done = sum(results.map(({ requests }) => requests.total));
  const [refused, failed] = [sum(results.map(({ non2xx }) => non2xx)), sum(results.map(({ errors }) => errors))];
  if (refused > 0 || failed > 0 || done === 0) {
    throw new Error(`${refused} answers were not 2xx, ${failed} requests failed, ${done} were done.`);
  }
  return {
    rate: sum(results.map(({ requests, duration }) => requests.total / duration)),
    p50: Math.max(...results.map(({ latency }) => latency.p50)),
    p99: Math.max(...results.map(({ latency }) => latency.p99)),
    serverCpu: ((after[0] - before[0]) * 1000) / done,
    databaseCpu: ((after[1] - before[1]) * 1000) / done,
  };
}

/** The same for one sender, whose times are shorter than the millisecond in which the load generator counts. */
async function alone(world: World, server: Server, next: () => BenchRequest[], seconds: number): Promise<Measured> {
  const before = [cpuSeconds(server.pid), familyCpuSeconds(world.postgresPid)] as const;
  const times = (await loneTimes(server.url, next, seconds)).sort((a, b) => a - b);
  const after = [cpuSeconds(server.pid), familyCpuSeconds(world.postgresPid)] as const;
  return {
    rate: times.length / seconds,
    p50: median(times),
    p99: times[Math.floor(times.length * 0.99)]!,
    serverCpu: ((after[0] - before[0]) * 1000) / times.length,
    databaseCpu: ((after[1] - before[1]) * 1000) / times.length,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** The median of each figure. */
export function middle(all: Measured[]): Measured {
  const of = (read: (one: Measured) => number) => median(all.map(read));
  return {
    rate: of((one) => one.rate),
    p50: of((one) => one.p50),
    p99: of((one) => one.p99),
    serverCpu: of((one) => one.serverCpu),
    databaseCpu: of((one) => one.databaseCpu),
  };
}

/** The middle of a list that is not empty. */
export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

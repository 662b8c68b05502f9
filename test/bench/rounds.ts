import autocannon from 'autocannon';
import { cpuSeconds, familyCpuSeconds } from './cpu.js';
import type { World } from './world.js';

/** A request that a bench sends, made anew each time. */
export interface BenchRequest {
  method: 'GET' | 'POST';
  path: string;
  headers?: Record<string, string>;
  body?: string;
}

export interface Bench {
  name: string;
  /** Least share of the bare server's rate. */
  target: number;
  ours: () => BenchRequest;
  bare: () => BenchRequest;
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

export interface Result {
  name: string;
  target: number;
  ours: Measured;
  bare: Measured;
  /** Medians over the rounds. */
  ratio: number;
}

/** Measures the two in turn, round after round, so that a machine whose speed drifts is fair to both. */
export async function measure(world: World, bench: Bench, rounds: number, seconds: number): Promise<Result> {
  const [ours, bare]: [Measured[], Measured[]] = [[], []];
  await run(world, world.ours, bench.ours, 1);
  await run(world, world.bare, bench.bare, 1);
  for (let round = 0; round < rounds; round++) {
    // Who goes first changes, since what the first leaves behind (a checkpoint) is the second's to bear.
    const order: ['ours' | 'bare', 'ours' | 'bare'] = round % 2 ? ['bare', 'ours'] : ['ours', 'bare'];
    for (const side of order) {
      const measured = await run(world, world[side], bench[side], seconds);
      (side === 'ours' ? ours : bare).push(measured);
    }
  }
  const ratios = ours.map(({ rate }, round) => rate / bare[round]!.rate);
  return { name: bench.name, target: bench.target, ours: middle(ours), bare: middle(bare), ratio: median(ratios) };
}

async function run(world: World, server: { url: string; pid: number }, next: () => BenchRequest, seconds: number) {
  const before = [cpuSeconds(server.pid), familyCpuSeconds(world.postgresPid)] as const;
  const result = await autocannon({
    url: server.url,
    connections: 16,
    duration: seconds,
    requests: [
      {
        method: 'GET',
        setupRequest: (request) => ({ ...request, ...next() }),
      },
    ],
  });
  const after = [cpuSeconds(server.pid), familyCpuSeconds(world.postgresPid)] as const;
  const done = result.requests.total;
  if (result.non2xx > 0 || result.errors > 0 || done === 0) {
    throw new Error(
      `${server.url}: ${result.non2xx} answers were not 2xx, ${result.errors} requests failed, ${done} were done.`,
    );
  }
  return {
    rate: done / result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
    serverCpu: ((after[0] - before[0]) * 1000) / done,
    databaseCpu: ((after[1] - before[1]) * 1000) / done,
  };
}

function middle(all: Measured[]): Measured {
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

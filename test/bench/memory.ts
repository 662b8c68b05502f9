import { readFileSync } from 'node:fs';

/**
 * Between two looks at a process that comes to rest, in milliseconds, and how many of them have to agree: V8 waits for
 * eight quiet seconds before it gives back what it no longer needs.
 */
const between = 200;
const agreeing = 60;

/** How far apart readings of a process at rest may lie, in MiB, and after how many looks it never comes to rest. */
const swing = 1;
const mostLooks = 200;

/** Memory that a process holds at this moment (resident set), in MiB, by Linux's accounting (proc(5)). */
export function residentNow(pid: number): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kibibytes) / 1024;
}

/**
 * Memory that a process at rest holds, in MiB: the median of the first twelve seconds in which it does not move. One that
 * never rests is given as it is after forty seconds. Waits without letting anything else of this process run.
 */
export function residentMiB(pid: number): number {
  const seen: number[] = [];
  for (let looks = 0; looks < mostLooks; looks++) {
    seen.push(residentNow(pid));
    const last = seen.slice(-agreeing).sort((a, b) => a - b);
    if (last.length === agreeing && last.at(-1)! - last[0]! <= swing) return last[agreeing >> 1]!;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, between);
  }
  return seen.at(-1)!;
}

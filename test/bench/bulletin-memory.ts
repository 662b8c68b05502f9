import type { ChildProcess } from 'node:child_process';
import { residentNow } from './memory.js';

/** How often processes are looked at, in milliseconds. */
const looks = 250;

/** The most memory that any of some processes held. */
export class Peak {
  private readonly pids = new Set<number>();
  private readonly timer = setInterval(() => this.look(), looks);
  private readonly seen: { at: number; most: number }[] = [];

  watch(child: ChildProcess): void {
    this.pids.add(child.pid!);
    child.once('exit', () => this.pids.delete(child.pid!));
  }

  end(): void {
    clearInterval(this.timer);
  }

  /** The most, in MiB, between two moments of `performance.now()`. */
  most(from = 0, until = Infinity): number {
    return this.seen.reduce((most, { at, most: each }) => (at >= from && at < until ? Math.max(most, each) : most), 0);
  }

  private look(): void {
    let most = 0;
    for (const pid of this.pids) {
      try {
        // A process that has just ended is listed still, without memory.
        most = Math.max(most, residentNow(pid) || 0);
      } catch {
        // It has ended since.
        this.pids.delete(pid);
      }
    }
    this.seen.push({ at: performance.now(), most });
  }
}

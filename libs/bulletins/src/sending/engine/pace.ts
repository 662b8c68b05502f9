import { setTimeout as later } from 'node:timers/promises';
import { Database } from '@carers/database';
import { Injectable } from '@nestjs/common';
import type { Provider } from '../providers.js';

/** Copies that a worker asks for at a time, so that not each costs a statement. */
const share = 10;

/**
 * How fast a provider is given copies, by all workers together: each takes its share of moments from one row, and
 * waits for the first of them (generic cell rate, without a burst). The database's clock counts, not ours.
 */
@Injectable()
export class Pace {
  private readonly left = new Map<Provider, { copies: number; from: number; each: number }>();
  private readonly asking = new Map<Provider, Promise<void>>();

  constructor(private readonly database: Database) {}

  /** Comes back when the next copy may go. @param perMinute null for as fast as it takes them */
  async take(provider: Provider, perMinute: number | null): Promise<void> {
    if (perMinute === null) return;
    for (;;) {
      const mine = this.left.get(provider);
      if (mine && mine.copies > 0) {
        const at = mine.from + (share - mine.copies--) * mine.each;
        const early = at - performance.now();
        if (early > 1) await this.wait(early);
        return;
      }
      await (this.asking.get(provider) ?? this.ask(provider, perMinute));
    }
  }

  protected async wait(milliseconds: number): Promise<void> {
    await later(milliseconds);
  }

  private async ask(provider: Provider, perMinute: number): Promise<void> {
    const asked = (async () => {
      const [row] = await this.database.query<{ wait: number }>(
        `INSERT INTO delivery_provider AS p (provider, next_at, away_times)
         VALUES ($1, clock_timestamp() + $2::float8 * interval '1 millisecond', 0)
         ON CONFLICT (provider) DO UPDATE
           SET next_at = greatest(p.next_at, clock_timestamp()) + $2::float8 * interval '1 millisecond'
         RETURNING extract(epoch FROM next_at - clock_timestamp()) * 1000 - $2::float8 AS wait`,
        [provider, (share * 60_000) / perMinute],
      );
      this.left.set(provider, {
        copies: share,
        from: performance.now() + Math.max(0, Number(row!.wait)),
        each: 60_000 / perMinute,
      });
    })().finally(() => this.asking.delete(provider));
    this.asking.set(provider, asked);
    await asked;
  }
}

import { Database } from '@carers/database';
import type { Channel } from '@carers/information-service';
import { Clock } from '@carers/kernel';
import { Settings } from '@carers/settings';
import { Injectable } from '@nestjs/common';
import type { Provider, ProviderAway } from './providers.js';

/** How long a provider is left alone, in seconds, by how often running it was away. */
const pauses = [30, 60, 120, 300];

/** Which provider sends what, and which of them take nothing at present. */
@Injectable()
export class ProviderStates {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {}

  of(channel: Channel): Provider {
    return channel === 'email' && this.settings.bulletins.notifyEmailTemplate === null ? 'smtp' : 'notify';
  }

  /** Whether letters go into a file for the print house; else each is handed to Notify. */
  get printsLetters(): boolean {
    return this.settings.bulletins.lettersBy === 'print';
  }

  /** Until when a provider is left alone; null while it takes copies. */
  async awayUntil(provider: Provider): Promise<Date | null> {
    const [row] = await this.away([provider]);
    return row?.until ?? null;
  }

  /** Those that take nothing at present, and what they said. */
  async away(
    providers: readonly Provider[] = ['smtp', 'notify'],
  ): Promise<{ provider: Provider; until: Date; error: string }[]> {
    return this.database.query<{ provider: Provider; until: Date; error: string }>(
      `SELECT provider, away_until AS until, away_error AS error FROM delivery_provider
        WHERE provider = ANY($1) AND away_until > $2 ORDER BY provider`,
      [providers, this.clock.now()],
    );
  }

  /** A provider took nothing: all workers leave it alone for a while, longer each time. Gives until when. */
  async wentAway(provider: Provider, { message }: ProviderAway): Promise<Date> {
    const now = this.clock.now();
    const rows = await this.database.transaction((tx) =>
      tx.query(
        `INSERT INTO delivery_provider AS p (provider, next_at, away_until, away_error, away_times)
         -- The rate goes by the database's clock, as it does in Pace.
         VALUES ($1, clock_timestamp(), $2::timestamptz + ${pauses[0]} * interval '1 second', $3, 1)
         ON CONFLICT (provider) DO UPDATE SET
           away_error = excluded.away_error,
           -- Several workers meet the same closed door: that is one time.
           away_times = p.away_times + (p.away_until IS NULL OR p.away_until <= $2)::int,
           away_until = CASE WHEN p.away_until > $2 THEN p.away_until
             ELSE $2::timestamptz + ('{${pauses.join(',')}}'::int[])[least(p.away_times + 1, ${pauses.length})] * interval '1 second' END
         RETURNING away_until AS until`,
        [provider, now, message.slice(0, 200)],
      ),
    );
    return (rows as { until: Date }[])[0]!.until;
  }

  /** It takes copies again. */
  async back(provider: Provider): Promise<void> {
    await this.database.query(
      `UPDATE delivery_provider SET away_until = NULL, away_error = NULL, away_times = 0
        WHERE provider = $1 AND away_times > 0`,
      [provider],
    );
  }
}

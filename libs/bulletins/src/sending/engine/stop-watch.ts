import { Database } from '@carers/database';
import { Injectable } from '@nestjs/common';

/** How often a worker looks whether somebody has pressed pause, in milliseconds. */
const looks = 1_000;

/** Tells a worker in the middle of a batch that its bulletin is no longer to be sent. */
@Injectable()
export class StopWatch {
  constructor(private readonly database: Database) {}

  watch(bulletinId: string): { readonly stopped: boolean; end(): void } {
    const state = { stopped: false };
    const look = async () => {
      const [row] = await this.database.query<{ state: string }>('SELECT state FROM bulletin WHERE id = $1', [
        bulletinId,
      ]);
      if (row?.state !== 'sending') state.stopped = true;
    };
    const timer = setInterval(() => void look().catch(() => undefined), looks);
    return {
      get stopped() {
        return state.stopped;
      },
      end: () => clearInterval(timer),
    };
  }
}

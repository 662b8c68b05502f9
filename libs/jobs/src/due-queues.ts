import { Database } from '@carers/database';
import { Injectable } from '@nestjs/common';

const due = {
  name: 'jobs-due-queues',
  text: `SELECT asked.name FROM unnest($1::text[]) AS asked (name)
          WHERE EXISTS (SELECT 1 FROM queue.job j WHERE j.name = asked.name AND j.state < 'active' AND NOT j.blocked
                           AND j.start_after <= now())`,
};

/** Which queues have something to do. One statement asks for all: fifty that each ask for themselves keep a processor busy. */
@Injectable()
export class DueQueues {
  private timer: NodeJS.Timeout | null = null;
  private ended = false;

  constructor(private readonly database: Database) {}

  /** Of some queues, those with a job that may begin. */
  async among(queues: readonly string[]): Promise<string[]> {
    return (await this.database.prepared<{ name: string }>(due, [queues])).map(({ name }) => name);
  }

  /** Looks again and again, so many milliseconds after each answer, and tells of each that has something. */
  watch(queues: readonly string[], milliseconds: number, tell: (queue: string) => void): void {
    this.timer = setTimeout(() => {
      // While the database cannot be asked nobody is told: workers look for themselves now and then.
      void this.among(queues)
        .then(
          (found) => found.forEach(tell),
          () => undefined,
        )
        .finally(() => this.ended || this.watch(queues, milliseconds, tell));
    }, milliseconds);
  }

  end(): void {
    this.ended = true;
    clearTimeout(this.timer ?? undefined);
  }
}

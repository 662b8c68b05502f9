import { Database, type Tx } from '@carers/database';
import { Clock } from '@carers/kernel';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Batches } from './batches.js';
import { senderLock, SenderSession } from './sender-session.js';

/** Workers that send: this process's own number, and the end of those whose process is gone. */
@Injectable()
export class Senders implements OnApplicationShutdown {
  private readonly logger = new Logger('bulletins');
  private opening: Promise<SenderSession> | null = null;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly batches: Batches,
  ) {}

  /** This process's session; a new one where the last has gone. */
  async mine(): Promise<SenderSession> {
    const session = await this.opening?.catch(() => null);
    if (session?.alive) return session;
    this.opening = SenderSession.open(this.database, this.clock);
    return this.opening;
  }

  /** Puts back what workers had claimed whose lock is gone. Any process may do it, at any time. */
  async sweep(): Promise<void> {
    const listed = await this.database.query<{ number: number }>(
      `SELECT number FROM delivery_sender s
        WHERE NOT EXISTS (SELECT 1 FROM pg_locks l WHERE l.locktype = 'advisory' AND l.objsubid = 2 AND l.granted
                             AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                             AND l.classid = ${senderLock} AND l.objid = s.number)`,
    );
    for (const { number } of listed) {
      const released = await this.database.transaction((tx) => this.bury(tx, number));
      if (released) this.logger.warn(`Sender ${number} has gone; its ${released.rows} copies go back to waiting.`);
    }
  }

  /** Ends with the process: what it had claimed goes back at once, instead of when somebody notices. */
  async onApplicationShutdown(): Promise<void> {
    const session = await this.opening?.catch(() => null);
    await session?.close();
    if (session) await this.sweep().catch(() => undefined);
  }

  private async bury(tx: Tx, number: number): Promise<{ rows: number } | null> {
    const [lock] = (await tx.query('SELECT pg_try_advisory_xact_lock($1, $2) AS free', [senderLock, number])) as {
      free: boolean;
    }[];
    if (!lock!.free) return null;
    const dead = (await tx.query('SELECT in_doubt AS "inDoubt" FROM delivery_sender WHERE number = $1 FOR UPDATE', [
      number,
    ])) as { inDoubt: string[] }[];
    if (!dead[0]) return null;
    const rows = await this.batches.putBack(tx, number, dead[0].inDoubt);
    await tx.query('DELETE FROM delivery_sender WHERE number = $1', [number]);
    return { rows };
  }
}

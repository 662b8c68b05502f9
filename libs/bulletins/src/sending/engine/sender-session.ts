import { type Database } from '@carers/database';
import { type Clock } from '@carers/kernel';
import type { PoolClient } from 'pg';
import type { Outcome } from '../providers.js';

/** First half of the advisory locks of senders: "send" in ASCII. */
export const senderLock = 0x73656e64;

/** How long a copy that was put off waits before its next try, by how often it was; after the last it has failed. */
const waits = [60, 300, 900, 3_600, 14_400];

/** This worker is taken for dead: its connection broke, and its rows are somebody else's now. */
export class SenderGone extends Error {
  override name = 'SenderGone';
}

/**
 * A worker's right to send. It is one connection to PostgreSQL, which holds the advisory lock of a sender's number and
 * through which everything is written while sending: without the connection no lock, and without the lock no dot.
 */
export class SenderSession {
  private broken: Error | null = null;

  private constructor(
    readonly number: number,
    private readonly client: PoolClient,
    private readonly clock: Clock,
  ) {
    client.on('error', (error) => this.break(error));
    client.once('end', () => this.break(new Error('The connection ended.')));
  }

  static async open(database: Database, clock: Clock): Promise<SenderSession> {
    const client = await database.pool.connect();
    try {
      // The row is seen by others only once its lock is held: seen without one, it would be taken for dead.
      await client.query('BEGIN');
      const { rows } = await client.query<{ number: number }>(
        `INSERT INTO delivery_sender (in_doubt, since) VALUES ('{}', $1) RETURNING number`,
        [clock.now()],
      );
      const { number } = rows[0]!;
      await client.query('SELECT pg_advisory_lock($1, $2)', [senderLock, number]);
      await client.query('COMMIT');
      // One statement is run here, for one copy or a few: what it needs is found by key, whatever the statistics of a
      // table say that was filled a moment ago.
      await client.query(`SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off;
                          SET plan_cache_mode = force_generic_plan`);
      return new SenderSession(number, client, clock);
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  get alive(): boolean {
    return this.broken === null;
  }

  /**
   * Writes what became of copies, and which are handed over next, in one commit.
   * @param inDoubt every copy whose end may be under way after this
   * @throws SenderGone when this worker is no longer one: then nothing may be handed over
   */
  async write(outcomes: readonly Outcome[], inDoubt: readonly string[]): Promise<void> {
    if (this.broken) throw new SenderGone(this.broken.message);
    const now = this.clock.now();
    try {
      const { rows } = await this.client.query<{ alive: number }>({
        name: 'bulletins-write-outcomes',
        text: `
          WITH outcome AS (
            SELECT * FROM jsonb_to_recordset($3::jsonb)
              AS o (id uuid, result text, reference text, error text, units int, cost numeric)),
          me AS (UPDATE delivery_sender SET in_doubt = $2::uuid[] WHERE number = $1 RETURNING number),
          written AS (
            UPDATE delivery d SET
              sender_number = NULL,
              state = CASE
                WHEN o.result IN ('sent', 'failed') THEN o.result
                WHEN o.result = 'doubt' AND d.doubts > 0 THEN 'unknown'
                WHEN o.result = 'again' AND d.tries >= ${waits.length} THEN 'failed'
                WHEN o.result = 'ask' AND d.tries >= ${waits.length} THEN 'unknown'
                ELSE 'waiting' END,
              tries = d.tries + (o.result IN ('again', 'ask'))::int,
              doubts = d.doubts + (o.result IN ('doubt', 'ask'))::int,
              next_try_at = CASE WHEN o.result IN ('again', 'ask')
                THEN $4::timestamptz + ('{${waits.join(',')}}'::int[])[d.tries + 1] * interval '1 second'
                WHEN o.result = 'doubt' THEN $4::timestamptz + interval '1 minute' END,
              sent_at = CASE WHEN o.result = 'sent' THEN $4::timestamptz END,
              provider_reference = o.reference, error = o.error, units = o.units, cost_pence = o.cost
              FROM outcome o, me WHERE d.id = o.id AND d.state = 'claimed' AND d.sender_number = $1)
          SELECT count(*)::int AS alive FROM me`,
        values: [
          this.number,
          inDoubt,
          JSON.stringify(
            outcomes.map(({ deliveryId, costPence, ...rest }) => ({ id: deliveryId, cost: costPence, ...rest })),
          ),
          now,
        ],
      });
      if (rows[0]?.alive !== 1) throw new SenderGone('Another worker took this one for dead.');
    } catch (error) {
      this.break(error as Error);
      throw error instanceof SenderGone ? error : new SenderGone((error as Error).message);
    }
  }

  /** Gives the number back. What is still claimed under it goes back to waiting: see `Senders.sweep`. */
  async close(): Promise<void> {
    if (this.broken) return;
    this.break(new Error('Closed.'));
  }

  private break(error: Error): void {
    if (this.broken) return;
    this.broken = error;
    // Ends the connection, and with it the lock.
    this.client.release(true);
  }
}

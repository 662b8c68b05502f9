import { Database, type Tx } from '@carers/database';
import { type Channel, channels, LastDoor, type OpenDoor } from '@carers/information-service';
import { Jobs } from '@carers/jobs';
import { Clock } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { type BulletinRow, lockedBulletin } from '../bulletin-row.js';
import { ProviderStates } from '../provider-states.js';
import { sendEmails, sendLetters, sendTexts } from '../sending.jobs.js';

/** A copy that this worker may send, with where it goes as the last door said a moment ago. */
export interface Claimed {
  deliveryId: string;
  door: OpenDoor;
  /** How often it was not known whether it had left: where the provider can be asked, ask. */
  doubts: number;
}

/** A batch that this worker sends. */
export interface ClaimedBatch {
  id: string;
  channel: Channel;
  bulletin: BulletinRow;
}

/** Times that a batch may end with an error of ours before an officer has to look. */
const mostTries = 5;

/** Batches and the copies in them, from the worker's side. Each step is a transaction of its own. */
@Injectable()
export class Batches {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly jobs: Jobs,
    private readonly door: LastDoor,
    private readonly providers: ProviderStates,
  ) {}

  /** Takes a batch for a sender; null where it is somebody else's, done, or its bulletin is not being sent. */
  async take(batchId: string, sender: number): Promise<ClaimedBatch | null> {
    return this.database.transaction(async (tx) => {
      const [found] = (await tx.query('SELECT bulletin_id AS "bulletinId" FROM delivery_batch WHERE id = $1', [
        batchId,
      ])) as { bulletinId: string }[];
      if (!found) return null;
      const bulletin = await lockedBulletin(tx, found.bulletinId, 'SHARE');
      if (bulletin.state !== 'sending') return null;
      const [batch] = rowsOf<{ channel: Channel }>(
        await tx.query(
          `UPDATE delivery_batch SET state = 'sending', sender_number = $2 WHERE id = $1 AND state = 'waiting' RETURNING channel`,
          [batchId, sender],
        ),
      );
      return batch ? { id: batchId, channel: batch.channel, bulletin } : null;
    });
  }

  /**
   * Claims the next copies of a batch. The last door is asked in the same transaction: whoever it holds gets no copy.
   * Empty when none is left that is due, or the bulletin is no longer being sent.
   */
  async claim(batch: ClaimedBatch, sender: number, most: number): Promise<Claimed[]> {
    return this.database.transaction(async (tx) => {
      const { state } = await lockedBulletin(tx, batch.bulletin.id, 'SHARE');
      if (state !== 'sending') return [];
      for (;;) {
        const rows = (await tx.query(
          `SELECT id, subscriber_id AS "subscriberId", doubts FROM delivery
            WHERE batch_id = $1 AND state = 'waiting' AND (next_try_at IS NULL OR next_try_at <= $2)
            ORDER BY id LIMIT $3 FOR UPDATE`,
          [batch.id, this.clock.now(), most],
        )) as { id: string; subscriberId: string; doubts: number }[];
        if (rows.length === 0) return [];
        const doors = await this.door.open(
          tx,
          batch.bulletin.purpose,
          rows.map(({ subscriberId }) => ({ subscriberId, channel: batch.channel })),
        );
        const held: { id: string; held: string }[] = [];
        const open: Claimed[] = [];
        for (const { id, subscriberId, doubts } of rows) {
          const door = doors.get(subscriberId)!;
          if ('held' in door) held.push({ id, held: door.held });
          // Moved to another service since the audience was frozen, and perhaps said yes there: that is no yes to us.
          else if (door.carersServiceId !== batch.bulletin.carersServiceId) held.push({ id, held: 'left' });
          else if (door.channel === 'post' && door.format === 'audio') held.push({ id, held: 'audio' });
          else open.push({ deliveryId: id, door, doubts });
        }
        if (held.length > 0) {
          await tx.query(
            `UPDATE delivery d SET state = 'held', held = o.held
               FROM jsonb_to_recordset($1::jsonb) AS o (id uuid, held text) WHERE d.id = o.id`,
            [JSON.stringify(held)],
          );
        }
        if (open.length === 0) continue;
        await tx.query(
          `UPDATE delivery d SET state = 'claimed', sender_number = $3, address_hash = o.hash
             FROM unnest($1::uuid[], $2::text[]) AS o (id, hash) WHERE d.id = o.id`,
          [open.map(({ deliveryId }) => deliveryId), open.map(({ door }) => door.addressHash), sender],
        );
        return open;
      }
    });
  }

  /** Puts copies back that were claimed and not begun. */
  async unclaim(sender: number, batchId: string): Promise<void> {
    await this.database.transaction((tx) =>
      tx.query(
        `UPDATE delivery SET state = 'waiting', sender_number = NULL
          WHERE batch_id = $1 AND state = 'claimed' AND sender_number = $2`,
        [batchId, sender],
      ),
    );
  }

  /**
   * Ends a worker's time with a batch: done where every copy has its end, else waiting for what is left of it.
   * @param trouble an error of ours, or until when the provider is away
   */
  async leave(batch: ClaimedBatch, sender: number, trouble: { error?: string; until?: Date } = {}): Promise<void> {
    await this.unclaim(sender, batch.id);
    await this.database.transaction(async (tx) => {
      const { state } = await lockedBulletin(tx, batch.bulletin.id, 'SHARE');
      if (state === 'cancelled') await holdCancelled(tx, batch.bulletin.id);
      const [left] = (await tx.query(
        `SELECT count(*)::int AS copies, min(coalesce(next_try_at, $2::timestamptz)) AS due
           FROM delivery WHERE batch_id = $1 AND state = 'waiting'`,
        [batch.id, this.clock.now()],
      )) as { copies: number; due: Date | null }[];
      if (left!.copies === 0) {
        await tx.query(
          `UPDATE delivery_batch SET state = 'done', sender_number = NULL, error = NULL
            WHERE id = $1 AND sender_number = $2`,
          [batch.id, sender],
        );
        return;
      }
      const due = [left!.due!, trouble.until ?? left!.due!].sort((one, other) => other.getTime() - one.getTime())[0]!;
      await tx.query(
        `UPDATE delivery_batch SET sender_number = NULL, error = $3, due_at = $4, tries = tries + $5::int,
                state = CASE WHEN $5::int = 1 AND tries + 1 >= ${mostTries} THEN 'failed' ELSE 'waiting' END
          WHERE id = $1 AND sender_number = $2`,
        [batch.id, sender, trouble.error ?? null, due, trouble.error ? 1 : 0],
      );
      await this.ask(tx, batch.bulletin.id, batch.id);
    });
  }

  /**
   * A worker is gone: its copies wait again. Those in doubt are sent again once, with the same Message-ID; twice in
   * doubt, a person looks. Texts and letters are all looked up at Notify first.
   * @returns how many copies
   */
  async putBack(tx: Tx, sender: number, inDoubt: readonly string[]): Promise<number> {
    const rows = rowsOf(
      await tx.query(
        `UPDATE delivery d SET sender_number = NULL,
                state = CASE WHEN d.id = ANY($2::uuid[]) AND d.doubts > 0 THEN 'unknown' ELSE 'waiting' END,
                doubts = d.doubts + (d.id = ANY($2::uuid[]) OR d.channel = ANY($3::text[]))::int
           FROM delivery_batch b WHERE b.id = d.batch_id AND b.sender_number = $1
            AND d.state = 'claimed' AND d.sender_number = $1 RETURNING d.id`,
        [sender, inDoubt, channels.filter((channel) => this.providers.of(channel) === 'notify')],
      ),
    );
    const batches = rowsOf<{ id: string; bulletinId: string }>(
      await tx.query(
        `UPDATE delivery_batch SET state = 'waiting', sender_number = NULL, due_at = $2
          WHERE sender_number = $1 RETURNING id, bulletin_id AS "bulletinId"`,
        [sender, this.clock.now()],
      ),
    );
    for (const { id, bulletinId } of batches) await this.ask(tx, bulletinId, id);
    return rows.length;
  }

  /** Asks for a job for each batch of a bulletin that waits, or for one of them. Letters that are printed go another way. */
  async ask(tx: Tx, bulletinId: string, batchId?: string): Promise<void> {
    const batches = rowsOf<{ id: string; channel: Channel; turn: number; dueAt: Date }>(
      await tx.query(
        `UPDATE delivery_batch SET turn = turn + 1
          WHERE bulletin_id = $1 AND state = 'waiting' AND channel = ANY($3::text[]) AND ($2::uuid IS NULL OR id = $2)
          RETURNING id, channel, turn, due_at AS "dueAt"`,
        [
          bulletinId,
          batchId ?? null,
          channels.filter((channel) => channel !== 'post' || !this.providers.printsLetters),
        ],
      ),
    );
    for (const { id, channel, turn, dueAt } of batches) {
      await this.jobs.enqueue(
        tx,
        channel === 'email' ? sendEmails : channel === 'text' ? sendTexts : sendLetters,
        { batchId: id },
        { once: `${id} ${turn}`, ...(dueAt > this.clock.now() ? { startAfter: dueAt } : {}) },
      );
    }
  }
}

/** What is left of a cancelled bulletin goes to nobody; copies that are being handed over end as they end. */
export async function holdCancelled(tx: Tx, bulletinId: string): Promise<void> {
  await tx.query('SET LOCAL statement_timeout = 0');
  await tx.query(
    `UPDATE delivery SET state = 'held', held = 'cancelled' WHERE bulletin_id = $1 AND state IN ('waiting', 'to_print')`,
    [bulletinId],
  );
  await tx.query(`UPDATE delivery_batch SET state = 'done' WHERE bulletin_id = $1 AND state IN ('waiting', 'failed')`, [
    bulletinId,
  ]);
}

/** The rows of a statement that changes some: TypeORM gives them with their count. */
export function rowsOf<Row>(result: unknown): Row[] {
  const [rows, count] = result as [Row[], number] | [];
  return Array.isArray(rows) && typeof count === 'number' ? rows : (result as Row[]);
}

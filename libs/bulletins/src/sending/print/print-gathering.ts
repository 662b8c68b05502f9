import { Database, insertMany, sealedText, type Tx } from '@carers/database';
import { LetterCodes } from '@carers/information-service';
import { Injectable } from '@nestjs/common';
import { lockedBulletin } from '../bulletin-row.js';
import { PrintLetter, PrintRun } from '../sending.entities.js';
import { type LetterCopy, PrintDoors } from './print-doors.js';

/** Letters that one transaction gathers. */
const chunk = 500;

/** Puts together who is in a print run, in the order of postcodes as sorting machines like it. */
@Injectable()
export class PrintGathering {
  constructor(
    private readonly database: Database,
    private readonly doors: PrintDoors,
    private readonly codes: LetterCodes,
  ) {}

  /**
   * Gathers all that wait. After a crash it goes on where it was.
   * @returns whether the run is complete; false when the bulletin is no longer being sent
   */
  async gather(run: PrintRun): Promise<boolean> {
    const waiting = await this.inOrder(run.bulletinId);
    for (let from = 0; from < waiting.length; from += chunk) {
      const part = waiting.slice(from, from + chunk);
      const goesOn = await this.database.transaction((tx) => this.take(tx, run, part));
      if (!goesOn) return false;
    }
    return this.database.transaction(async (tx) => {
      if ((await lockedBulletin(tx, run.bulletinId, 'SHARE')).state !== 'sending') return false;
      await tx.query(
        `UPDATE delivery_batch SET state = 'done' WHERE bulletin_id = $1 AND channel = 'post' AND state = 'waiting'`,
        [run.bulletinId],
      );
      const letters = await tx.countBy(PrintLetter, { runId: run.id });
      await tx.update(PrintRun, { id: run.id, state: 'gathering' }, { state: 'printing', letters });
      return true;
    });
  }

  private async take(tx: Tx, run: PrintRun, part: readonly LetterCopy[]): Promise<boolean> {
    const bulletin = await lockedBulletin(tx, run.bulletinId, 'SHARE');
    if (bulletin.state !== 'sending') return false;
    const still = (await tx.query(
      `SELECT id FROM delivery WHERE id = ANY($1::uuid[]) AND state = 'waiting' FOR UPDATE`,
      [part.map(({ id }) => id)],
    )) as { id: string }[];
    const there = new Set(still.map(({ id }) => id));
    const { open, held } = await this.doors.knock(
      tx,
      bulletin,
      part.filter(({ id }) => there.has(id)),
    );
    const codes = await this.codes.issue(
      tx,
      open.map(({ copy: { id, subscriberId } }) => ({ subscriberId, about: { kind: 'delivery', id } })),
    );
    const last = (await tx.maximum(PrintLetter, 'number', { runId: run.id })) ?? 0;
    await insertMany(
      tx,
      PrintLetter,
      open.map(({ copy, door }, index) => ({
        runId: run.id,
        number: last + index + 1,
        deliveryId: copy.id,
        person: JSON.stringify(this.doors.personOf(door, codes[index]!)),
        pages: null,
        firstSide: null,
      })),
    );
    await tx.query(
      `UPDATE delivery d SET state = CASE WHEN o.held IS NULL THEN 'to_print' ELSE 'held' END, held = o.held
         FROM jsonb_to_recordset($1::jsonb) AS o (id uuid, held text) WHERE d.id = o.id`,
      [
        JSON.stringify([
          ...held.map(({ copy: { id }, held: why }) => ({ id, held: why })),
          ...open.map(({ copy: { id } }) => ({ id, held: null })),
        ]),
      ],
    );
    return true;
  }

  private async inOrder(bulletinId: string): Promise<LetterCopy[]> {
    const rows = await this.database.query<LetterCopy & { postcode: string }>(
      `SELECT d.id, d.subscriber_id AS "subscriberId", c.postcode
         FROM delivery d JOIN subscriber s ON s.id = d.subscriber_id JOIN cardholder c ON c.id = s.cardholder_id
        WHERE d.bulletin_id = $1 AND d.channel = 'post' AND d.state = 'waiting'`,
      [bulletinId],
    );
    const open = sealedText('postcode');
    return rows
      .map(({ id, subscriberId, postcode }) => ({ id, subscriberId, key: `${open.from(postcode) as string} ${id}` }))
      .sort((one, other) => (one.key < other.key ? -1 : 1))
      .map(({ id, subscriberId }) => ({ id, subscriberId }));
  }
}

import { Database, insertMany, sealedText, type Tx } from '@carers/database';
import { LetterCodes } from '@carers/information-service';
import { Injectable } from '@nestjs/common';
import { lockedBulletin } from '../bulletin-row.js';
import { PrintLetter, PrintRun } from '../sending.entities.js';
import { type LetterCopy, PrintDoors } from './print-doors.js';

/** Letters that one transaction gathers, and whose postcodes are read at a time. */
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

  /** @param part ids of copies, in the order in which they are printed */
  private async take(tx: Tx, run: PrintRun, part: readonly string[]): Promise<boolean> {
    const bulletin = await lockedBulletin(tx, run.bulletinId, 'SHARE');
    if (bulletin.state !== 'sending') return false;
    const waiting = (await tx.query(
      `SELECT id, subscriber_id AS "subscriberId" FROM delivery WHERE id = ANY($1::uuid[]) AND state = 'waiting' FOR UPDATE`,
      [part],
    )) as LetterCopy[];
    const still = new Map(waiting.map((copy) => [copy.id, copy]));
    const { open, held } = await this.doors.knock(
      tx,
      bulletin,
      part.flatMap((id) => still.get(id) ?? []),
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

  /** Ids of copies that wait. Of each no more is kept than its postcode and its id, in one string. */
  private async inOrder(bulletinId: string): Promise<string[]> {
    const open = sealedText('postcode');
    const keys: string[] = [];
    for (let after = '00000000-0000-0000-0000-000000000000'; ;) {
      const rows = await this.database.query<LetterCopy & { postcode: string }>(
        `SELECT d.id, d.subscriber_id AS "subscriberId", c.postcode
           FROM delivery d JOIN subscriber s ON s.id = d.subscriber_id JOIN cardholder c ON c.id = s.cardholder_id
          WHERE d.bulletin_id = $1 AND d.subscriber_id > $2 AND d.channel = 'post' AND d.state = 'waiting'
          ORDER BY d.subscriber_id LIMIT ${chunk}`,
        [bulletinId, after],
      );
      if (rows.length === 0) break;
      for (const { id, postcode } of rows) keys.push(`${open.from(postcode) as string} ${id}`);
      after = rows.at(-1)!.subscriberId;
    }
    return keys.sort((one, other) => (one < other ? -1 : 1)).map((key) => key.slice(-36));
  }
}

import { Database, insertMany, sealedText, type Tx } from '@carers/database';
import { type Format, LastDoor, LetterCodes, type OpenDoor, PreferenceLinks } from '@carers/information-service';
import { Injectable } from '@nestjs/common';
import { type BulletinRow, lockedBulletin } from '../bulletin-row.js';
import { PrintLetter, PrintRun } from '../sending.entities.js';

/** All of a person that stands in their letter. Kept sealed: from it the letter can be made again as it was. */
export interface PrintedPerson {
  firstName: string;
  name: string;
  addressLines: string[];
  code: string;
  preferenceUrl: string;
  locale: string;
  format: Format;
}

/** Letters that one transaction gathers. */
const chunk = 500;

interface Waiting {
  id: string;
  subscriberId: string;
}

/** Puts together who is in a print run, in the order of postcodes as sorting machines like it. */
@Injectable()
export class PrintGathering {
  constructor(
    private readonly database: Database,
    private readonly door: LastDoor,
    private readonly codes: LetterCodes,
    private readonly links: PreferenceLinks,
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

  private async take(tx: Tx, run: PrintRun, part: readonly Waiting[]): Promise<boolean> {
    const bulletin = await lockedBulletin(tx, run.bulletinId, 'SHARE');
    if (bulletin.state !== 'sending') return false;
    const still = (await tx.query(
      `SELECT id FROM delivery WHERE id = ANY($1::uuid[]) AND state = 'waiting' FOR UPDATE`,
      [part.map(({ id }) => id)],
    )) as { id: string }[];
    const there = new Set(still.map(({ id }) => id));
    const { open, held } = await this.knock(
      tx,
      bulletin,
      part.filter(({ id }) => there.has(id)),
    );
    const codes = await this.codes.issue(
      tx,
      open.map(({ id, door }) => ({ subscriberId: door.subscriberId, about: { kind: 'delivery', id } })),
    );
    const last = (await tx.maximum(PrintLetter, 'number', { runId: run.id })) ?? 0;
    await insertMany(
      tx,
      PrintLetter,
      open.map(({ id, door }, index) => ({
        runId: run.id,
        number: last + index + 1,
        deliveryId: id,
        person: JSON.stringify(this.personOf(door, codes[index]!)),
        pages: null,
        firstSide: null,
      })),
    );
    await tx.query(
      `UPDATE delivery d SET state = CASE WHEN o.held IS NULL THEN 'to_print' ELSE 'held' END, held = o.held
         FROM jsonb_to_recordset($1::jsonb) AS o (id uuid, held text) WHERE d.id = o.id`,
      [JSON.stringify([...held, ...open.map(({ id }) => ({ id, held: null }))])],
    );
    return true;
  }

  private async knock(
    tx: Tx,
    bulletin: BulletinRow,
    part: readonly Waiting[],
  ): Promise<{ open: { id: string; door: OpenDoor }[]; held: { id: string; held: string }[] }> {
    const doors = await this.door.open(
      tx,
      bulletin.purpose,
      part.map(({ subscriberId }) => ({ subscriberId, channel: 'post' })),
    );
    const open: { id: string; door: OpenDoor }[] = [];
    const held: { id: string; held: string }[] = [];
    for (const { id, subscriberId } of part) {
      const door = doors.get(subscriberId)!;
      if ('held' in door) held.push({ id, held: door.held });
      // Moved to another service since the audience was frozen, and perhaps said yes there: that is no yes to us.
      else if (door.carersServiceId !== bulletin.carersServiceId) held.push({ id, held: 'left' });
      else if (door.format === 'audio') held.push({ id, held: 'audio' });
      else open.push({ id, door });
    }
    return { open, held };
  }

  private personOf(door: OpenDoor, code: string): PrintedPerson {
    const { firstName, name, address, locale, format } = door;
    const addressLines = [name, ...address.split('\n').filter((line) => line.trim() !== '')];
    return { firstName, name, addressLines, code, preferenceUrl: this.links.urlFor(door), locale, format };
  }

  private async inOrder(bulletinId: string): Promise<Waiting[]> {
    const rows = await this.database.query<Waiting & { postcode: string }>(
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

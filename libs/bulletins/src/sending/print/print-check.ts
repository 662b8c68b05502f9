import { sealedText } from '@carers/database';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { BulletinRow } from '../bulletin-row.js';
import type { HeldWhy } from '../delivery.entity.js';
import { type LetterCopy, PrintDoors, type PrintedPerson } from './print-doors.js';

/** Letters of a printed run that must not be posted as they are. */
export interface Outdated {
  /** Of people who may not be written to any more, and why. */
  held: { id: string; held: HeldWhy }[];
  /** Of people who gave another name or address, or had their link changed; with what should stand there. */
  changed: { id: string; person: PrintedPerson }[];
}

interface Letter extends LetterCopy {
  number: number;
  held: HeldWhy | null;
  sealed: string;
}

/** Asks the last door once more for letters that lie in a file: between printing and posting people say no, die and move. */
@Injectable()
export class PrintCheck {
  constructor(private readonly doors: PrintDoors) {}

  /**
   * Three statements for each thousand letters.
   * @param only this letter of it
   */
  async of(
    reader: EntityManager,
    runId: string,
    bulletin: Pick<BulletinRow, 'purpose' | 'carersServiceId'>,
    only?: number,
  ): Promise<Outdated> {
    const outdated: Outdated = { held: [], changed: [] };
    for (let last = 0; ;) {
      const letters: Letter[] = await reader.query(
        `SELECT l.number, l.person AS sealed, d.id, d.subscriber_id AS "subscriberId", d.held
           FROM print_letter l JOIN delivery d ON d.id = l.delivery_id
          WHERE l.run_id = $1 AND l.number > $2 AND ($3::int IS NULL OR l.number = $3) ORDER BY l.number LIMIT 1000`,
        [runId, last, only ?? null],
      );
      if (letters.length === 0) return outdated;
      last = letters.at(-1)!.number;
      const waiting = letters.filter(({ held }) => held === null);
      for (const { id, held } of letters) if (held) outdated.held.push({ id, held });
      const { open, held } = await this.doors.knock(reader, bulletin, waiting);
      outdated.held.push(...held.map(({ copy, held: why }) => ({ id: copy.id, held: why })));
      for (const { copy, door } of open) {
        const printed = JSON.parse(sealedText('person').from(copy.sealed) as string) as PrintedPerson;
        const person = this.doors.personOf(door, printed.code);
        if (placeIn(person) !== placeIn(printed)) outdated.changed.push({ id: copy.id, person });
      }
    }
  }
}

/** A letter in another language or size may go; one to somewhere else, or with a link that is dead, may not. */
function placeIn({ addressLines, preferenceUrl }: PrintedPerson): string {
  return [...addressLines, preferenceUrl].join('\n');
}

import { Database, keyedHash, sealing, type Tx } from '@carers/database';
import { Chance, Clock, Ids } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { letterCodeOf, newLetterCode } from './letter-code.js';
import { LetterCode } from './letter-code.entity.js';

/** One letter to one subscriber: it gets one code, however often it is made. */
export interface LetterToCode {
  subscriberId: string;
  about: { kind: string; id: string };
}

/** Whose letter a code is on. */
export interface IssuedLetterCode extends LetterToCode {
  issuedAt: Date;
}

/** A statement stays small, whatever the size of a print run. */
const mostAtOnce = 1000;

/** The short codes on letters: the way to the preferences for who has only paper, and to the person for who has only the envelope. */
@Injectable()
export class LetterCodes {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly chance: Chance,
  ) {}

  /**
   * A code for each letter, in their order, as stored (`7K3F9TQXP`; `shownLetterCode` for printing). A letter that has one
   * keeps it, also when two ask at once, so that a print run can be made again byte for byte.
   */
  async issue(tx: Tx, letters: readonly LetterToCode[]): Promise<string[]> {
    const codes = new Map<string, string>();
    for (let from = 0; from < letters.length; from += mostAtOnce) {
      let open = letters.slice(from, from + mostAtOnce);
      while (open.length > 0) {
        await this.draw(tx, open);
        for (const row of await this.of(tx, open))
          codes.set(nameOf(row.subscriberId, row.aboutKind, row.aboutId), row.code);
        // Left over is who drew a code that another letter has: once in some hundred million draws.
        open = open.filter((letter) => !codes.has(nameOfLetter(letter)));
      }
    }
    return letters.map((letter) => codes.get(nameOfLetter(letter))!);
  }

  /** Which letter a code is on, however it was typed or scanned; null for a code of nobody. It proves nothing of who types it. */
  async find(typed: string): Promise<IssuedLetterCode | null> {
    const code = letterCodeOf(typed);
    if (code === null) return null;
    const row = await this.database.reader.findOneBy(LetterCode, { codeHash: hashOf(code) });
    if (!row) return null;
    const { subscriberId, aboutKind, aboutId, issuedAt } = row;
    return { subscriberId, about: { kind: aboutKind, id: aboutId }, issuedAt };
  }

  /** A new code for each letter without one. What is taken, letter or code, is left as it is. */
  private async draw(tx: Tx, letters: readonly LetterToCode[]): Promise<void> {
    const rows = letters.map(({ subscriberId, about }) => {
      const code = newLetterCode((count) => this.chance.bytes(count));
      return {
        id: this.ids.next(),
        subscriber_id: subscriberId,
        code: sealing().seal(code, 'code'),
        code_hash: hashOf(code),
        about_kind: about.kind,
        about_id: about.id,
        issued_at: this.clock.now(),
      };
    });
    await tx.query(
      `INSERT INTO letter_code (id, subscriber_id, code, code_hash, about_kind, about_id, issued_at)
       SELECT id, subscriber_id, code, code_hash, about_kind, about_id, issued_at
         FROM jsonb_populate_recordset(NULL::letter_code, $1::jsonb)
       ON CONFLICT DO NOTHING`,
      [JSON.stringify(rows)],
    );
  }

  private async of(tx: Tx, letters: readonly LetterToCode[]): Promise<LetterCode[]> {
    return tx
      .createQueryBuilder(LetterCode, 'letter')
      .where(
        `(letter.about_kind, letter.about_id, letter.subscriber_id) IN
           (SELECT * FROM unnest(:kinds::text[], :ids::text[], :subscribers::uuid[]))`,
        {
          kinds: letters.map(({ about }) => about.kind),
          ids: letters.map(({ about }) => about.id),
          subscribers: letters.map(({ subscriberId }) => subscriberId),
        },
      )
      .getMany();
  }
}

function hashOf(code: string): string {
  return keyedHash(code, 'letter-code');
}

function nameOfLetter({ subscriberId, about }: LetterToCode): string {
  return nameOf(subscriberId, about.kind, about.id);
}

function nameOf(subscriberId: string, kind: string, id: string): string {
  return `${subscriberId} ${kind} ${id}`;
}

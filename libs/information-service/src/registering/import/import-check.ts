import { Database, keyedHash, type Tx } from '@carers/database';
import { Injectable } from '@nestjs/common';
import type { NewPerson } from '@carers/cards';
import { type KnownPerson, KnownPeople, surelySame } from '../known-people.js';
import { ImportContext } from './import-context.js';
import { readRow, type RowRules } from './import-rows.js';
import { type LikelyPerson, type RowState, SubscriberImport, SubscriberImportRow } from './subscriber-import.entity.js';

/** Rows looked at together: what bounds the memory. */
const batch = 500;

type Verdict = Pick<SubscriberImportRow, 'line' | 'state' | 'problems' | 'likely' | 'sameAs'>;

/** The dry run: reads every row and says what would become of it. It registers nobody and may run again at any time. */
@Injectable()
export class ImportCheck {
  constructor(
    private readonly database: Database,
    private readonly known: KnownPeople,
    private readonly contexts: ImportContext,
  ) {}

  /** Does nothing for a list that is not being checked. */
  async run(importId: string): Promise<void> {
    const list = await this.database.reader.findOneBy(SubscriberImport, { id: importId });
    if (list?.state !== 'checking') return;
    const rules = await this.contexts.rulesOf(list);
    // Of everybody in the file: keyed hashes of name and contact or home → the line they stand on.
    const seen = new Map<string, number>();
    let after = -1;
    for (;;) {
      const rows = await this.database.reader
        .createQueryBuilder(SubscriberImportRow, 'row')
        .where('row.importId = :importId AND row.line > :after', { importId, after })
        .orderBy('row.line')
        .limit(batch)
        .getMany();
      if (rows.length === 0) break;
      after = rows.at(-1)!.line;
      const verdicts = await this.verdicts(rows, rules, seen);
      await this.database.transaction(async (tx) => {
        // Somebody may have dropped the list, or chosen other columns, meanwhile.
        if (!(await stillChecked(tx, list))) return;
        await write(tx, importId, verdicts);
      });
    }
    await this.database.transaction((tx) =>
      tx.query(`UPDATE subscriber_import SET state = 'checked' WHERE id = $1 AND state = 'checking' AND mapping = $2`, [
        importId,
        JSON.stringify(list.mapping),
      ]),
    );
  }

  private async verdicts(
    rows: readonly SubscriberImportRow[],
    rules: RowRules,
    seen: Map<string, number>,
  ): Promise<Verdict[]> {
    const good: { verdict: Verdict; person: NewPerson }[] = [];
    const verdicts = rows.map(({ line, cells }): Verdict => {
      const verdict = { line, state: 'bad' as RowState, problems: [], likely: [], sameAs: null };
      const read = readRow(JSON.parse(cells ?? '[]') as string[], rules);
      if ('errors' in read) return { ...verdict, problems: read.errors };
      const first = firstLineOf(read.person, line, seen);
      if (first !== null) {
        const message = 'information-service:import.rows.repeated';
        return { ...verdict, state: 'repeated', problems: [{ field: '', message, params: { line: first } }] };
      }
      const ready = { ...verdict, state: 'ready' as RowState, problems: read.notes };
      good.push({ verdict: ready, person: read.person });
      return ready;
    });
    const matches = await this.known.likely(good.map(({ person }) => person));
    good.forEach(({ verdict }, index) => {
      const found = matches[index]!;
      const same = surelySame(found);
      verdict.state = same ? 'known' : found.length > 0 ? 'doubtful' : 'ready';
      verdict.sameAs = same?.cardholderId ?? null;
      verdict.likely = same ? [] : found.map(likelyOf);
    });
    return verdicts;
  }
}

/** Somebody is in the file twice when the name and a contact, or the name and the home, are the same. */
function firstLineOf(person: NewPerson, line: number, seen: Map<string, number>): number | null {
  const name = `${person.firstName} ${person.lastName}`.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const keys = [person.email, person.mobile, `${person.postcode} ${person.birthDate ?? ''}`]
    .filter((each) => each !== null)
    .map((each) => keyedHash(`${name} ${each}`, 'import-row').slice(0, 22));
  const before = keys.map((each) => seen.get(each)).filter((each) => each !== undefined);
  if (before.length > 0) return Math.min(...before);
  for (const each of keys) seen.set(each, line);
  return null;
}

function likelyOf(match: KnownPerson): LikelyPerson {
  const alike = [
    match.likeness === 1 ? 'name' : match.likeness > 0.3 ? 'similar-name' : null,
    match.sameBirthDate ? 'birth-date' : null,
    match.samePostcode ? 'postcode' : null,
    match.sameEmail ? 'email' : null,
    match.sameMobile ? 'mobile' : null,
  ].filter((each) => each !== null);
  return { cardholderId: match.cardholderId, firstName: match.firstName, lastName: match.lastName, alike };
}

/** Locks the list against being dropped or mapped anew until the batch is written. */
async function stillChecked(tx: Tx, { id, mapping }: SubscriberImport): Promise<boolean> {
  const rows = await tx.query<unknown[]>(
    `SELECT 1 FROM subscriber_import WHERE id = $1 AND state = 'checking' AND mapping = $2 FOR SHARE`,
    [id, JSON.stringify(mapping)],
  );
  return rows.length > 0;
}

async function write(tx: Tx, importId: string, verdicts: readonly Verdict[]): Promise<void> {
  await tx.query(
    `UPDATE subscriber_import_row row
        SET state = v.state, problems = v.problems, likely = v.likely, same_as = v.same_as
       FROM jsonb_to_recordset($2::jsonb)
         AS v (line integer, state text, problems jsonb, likely jsonb, same_as uuid)
      WHERE row.import_id = $1 AND row.line = v.line`,
    [importId, JSON.stringify(verdicts.map(({ sameAs, ...rest }) => ({ ...rest, same_as: sameAs })))],
  );
}

import type { Actor } from '@carers/audit';
import { Cardholder } from '@carers/cards';
import { Database, type Tx } from '@carers/database';
import { Jobs } from '@carers/jobs';
import { Clock } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { Subscriber } from '../../subscriber.entity.js';
import { Wordings } from '../../wordings.js';
import { KnownPeople, surelySame } from '../known-people.js';
import { BulkRegistrations } from '../bulk-registrations.js';
import { Registrations } from '../registrations.js';
import { ImportContext } from './import-context.js';
import { type GoodRow, readRow, type RowRules } from './import-rows.js';
import { runImport } from './imports.job-names.js';
import { type RowState, SubscriberImport, SubscriberImportRow } from './subscriber-import.entity.js';

/** Rows of one transaction: forms and other systems wait that long for the door. */
const batch = 100;
/** Batches of one job, well within its time; then the next job goes on. */
const most = 200;

type Outcome = Extract<RowState, 'registered' | 'already' | 'bad' | 'skipped'>;

/**
 * Registers the people of a checked list, a batch at a time. A row's state commits with what it caused, so whichever
 * worker dies or starts twice, each row counts once.
 */
@Injectable()
export class ImportRun {
  constructor(
    private readonly database: Database,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
    private readonly known: KnownPeople,
    private readonly bulk: BulkRegistrations,
    private readonly registrations: Registrations,
    private readonly wordings: Wordings,
    private readonly contexts: ImportContext,
  ) {}

  /** Goes on until the list is done or the job has done its share. Does nothing for a list that is not running. */
  async run(importId: string): Promise<void> {
    const list = await this.database.reader.findOneBy(SubscriberImport, { id: importId });
    if (list?.state !== 'running') return;
    const rules = await this.contexts.rulesOf(list);
    for (let turn = 0; turn < most; turn++) {
      if (!(await this.database.transaction((tx) => this.step(tx, list, rules)))) return;
    }
    await this.database.transaction((tx) => this.jobs.enqueue(tx, runImport, { importId }));
  }

  /** One batch. @returns whether there is more to do */
  private async step(tx: Tx, list: SubscriberImport, rules: RowRules): Promise<boolean> {
    await this.known.holdDoor(tx);
    const rows = await tx
      .createQueryBuilder(SubscriberImportRow, 'row')
      .setLock('pessimistic_write')
      .where(`row.importId = :id AND row.state IN ('ready', 'known')`, { id: list.id })
      .orderBy('row.line')
      .limit(batch)
      .getMany();
    if (rows.length === 0) {
      await tx.query(
        `UPDATE subscriber_import SET state = 'done', finished_at = $2 WHERE id = $1 AND state = 'running'`,
        [list.id, this.clock.now()],
      );
      return false;
    }
    const read = rows.map((row) => ({ row, good: readRow(JSON.parse(row.cells ?? '[]') as string[], rules) }));
    // Somebody may have come by another door since the list was checked.
    const people = read.flatMap(({ good }) => ('person' in good ? [good.person] : []));
    const matches = await this.known.likely(people, tx);
    const wording = list.consent ? await this.wordings.keepElsewhere(tx, rules.locale, list.consent.wording) : null;
    const done: { line: number; state: Outcome; subscriber_id: string | null }[] = [];
    const added: { line: number; good: GoodRow }[] = [];
    let next = 0;
    for (const { row, good } of read) {
      const { line } = row;
      if (!('person' in good)) {
        done.push({ line, state: 'bad', subscriber_id: null });
        continue;
      }
      const known = row.sameAs ?? surelySame(matches[next]!)?.cardholderId ?? null;
      next++;
      if (!known) {
        added.push({ line, good });
        continue;
      }
      const { subscriber, created } = await this.enter(tx, list, good, known, wording);
      done.push({ line, state: created ? 'registered' : 'already', subscriber_id: subscriber.id });
    }
    const subscribers = await this.bulk.register(
      tx,
      added.map(({ good }) => good),
      {
        carersServiceId: list.carersServiceId,
        wordingVersion: wording,
        source: 'import',
        how: 'api',
        actor: actorOf(list),
      },
    );
    added.forEach(({ line }, index) => done.push({ line, state: 'registered', subscriber_id: subscribers[index]!.id }));
    await tx.query(
      `UPDATE subscriber_import_row row SET state = v.state, subscriber_id = v.subscriber_id
         FROM jsonb_to_recordset($2::jsonb) AS v (line integer, state text, subscriber_id uuid)
        WHERE row.import_id = $1 AND row.line = v.line`,
      [list.id, JSON.stringify(done)],
    );
    return true;
  }

  /** Somebody who is in the registry already. */
  private async enter(
    tx: Tx,
    list: SubscriberImport,
    { consents, evidence }: GoodRow,
    sameAs: string,
    wordingVersion: string | null,
  ) {
    const listed = await tx.findOneBy(Subscriber, { cardholderId: sameAs });
    // Another service's list is not ours to change: its officers hand people over.
    if (listed && listed.carersServiceId !== list.carersServiceId) return { subscriber: listed, created: false };
    const agreed = evidence && wordingVersion ? { consents, evidence, wordingVersion } : { consents: [] };
    const cardholder = await tx.findOneByOrFail(Cardholder, { id: sameAs });
    return this.registrations.registerListed(tx, {
      ...agreed,
      cardholder,
      source: { kind: 'import', code: null },
      how: 'api',
      actor: actorOf(list),
      // They agreed long ago, and elsewhere: a list must not set off thousands of welcomes.
      quiet: true,
    });
  }
}

function actorOf({ createdBy }: SubscriberImport): Actor {
  return /^[0-9a-f-]{36}$/.test(createdBy) ? { kind: 'account', id: createdBy } : { kind: 'system', id: createdBy };
}

import { type Actor, Audit } from '@carers/audit';
import { csvRecords, textLines } from '@carers/businesses';
import { Database, insertMany, type Tx } from '@carers/database';
import { Jobs } from '@carers/jobs';
import { Clock, Ids, isUuid } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { Not } from 'typeorm';
import type { OfficerScope } from '../../officer-scope.js';
import { guessMapping, type Mapping } from './import-columns.js';
import { ImportRetention } from './import-retention.js';
import { ImportNotFound, ImportMovedOn, ImportNotAList } from './imports.problems.js';
import { checkImport, runImport } from './imports.job-names.js';
import {
  type ConsentProof,
  type ImportState,
  type RowState,
  rowStates,
  SubscriberImport,
  SubscriberImportRow,
} from './subscriber-import.entity.js';

/** Most rows of one list. */
export const mostRows = 100_000;
/** Rows kept at a time while a file is read. */
const batch = 1000;

export type RowCounts = Record<RowState, number>;

/** Lists of people from elsewhere: taken in, mapped, checked, decided on, and put in. */
@Injectable()
export class Imports {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly jobs: Jobs,
    private readonly audit: Audit,
    private readonly retention: ImportRetention,
  ) {}

  /**
   * Keeps a CSV file, sealed, row by row in flat memory.
   * @throws ImportNotAList without headings or rows, or with too many; FileNotReadable
   */
  async upload(
    bytes: AsyncIterable<Uint8Array>,
    about: { fileName: string; carersServiceId: string },
    actor: Actor,
  ): Promise<SubscriberImport> {
    const id = this.ids.next();
    let list: SubscriberImport | null = null;
    let rows: SubscriberImportRow[] = [];
    let count = 0;
    const keep = async () => {
      const full = rows;
      rows = [];
      await this.database.transaction((tx) => insertMany(tx, SubscriberImportRow, full));
    };
    for await (const { line, cells } of csvRecords(textLines(bytes))) {
      if (!list) {
        list = await this.begin(id, about, cells ?? [], actor);
        continue;
      }
      if (cells?.every((cell) => !cell.trim())) continue;
      if (++count > mostRows) throw new ImportNotAList();
      rows.push(rowOf(id, line, cells, list.headings.length));
      if (rows.length >= batch) await keep();
    }
    await keep();
    if (!list || count === 0) throw new ImportNotAList();
    list.rowCount = count;
    list.state = 'uploaded';
    await this.database.transaction(async (tx) => {
      await tx.update(SubscriberImport, { id }, { rowCount: count, state: 'uploaded' });
      await this.note(tx, list, 'uploaded', actor);
    });
    return list;
  }

  /** A list that somebody may see. @throws ImportNotFound */
  async one(id: string, scope: OfficerScope): Promise<SubscriberImport> {
    const found = isUuid(id) ? await this.database.reader.findOneBy(SubscriberImport, { id }) : null;
    if (!found || (scope && !scope.includes(found.carersServiceId))) throw new ImportNotFound();
    return found;
  }

  /** The newest lists, at most 50. */
  async recent(scope: OfficerScope): Promise<SubscriberImport[]> {
    const query = this.database.reader
      .createQueryBuilder(SubscriberImport, 'list')
      .where({ rowCount: Not(0) })
      .orderBy('list.createdAt', 'DESC')
      .addOrderBy('list.id', 'DESC')
      .limit(50);
    if (scope) query.andWhere('list.carersServiceId = ANY(:scope)', { scope });
    return query.getMany();
  }

  /** The columns chosen so far; else guessed, by the service's last list too. */
  async mappingOf(list: SubscriberImport): Promise<Mapping> {
    if (list.mapping) return list.mapping;
    const before = await this.database.reader
      .createQueryBuilder(SubscriberImport, 'list')
      .where('list.carersServiceId = :service AND list.mapping IS NOT NULL', { service: list.carersServiceId })
      .orderBy('list.createdAt', 'DESC')
      .limit(1)
      .getOne();
    return guessMapping(list.headings, before?.mapping ? { headings: before.headings, mapping: before.mapping } : null);
  }

  /** Sets the columns and has the list checked. @throws ImportMovedOn */
  async check(id: string, mapping: Mapping, consent: ConsentProof | null, actor: Actor): Promise<void> {
    await this.move(id, ['uploaded', 'checked', 'checking'], 'checking', async (tx, list) => {
      await tx.update(SubscriberImport, { id }, { mapping, consent });
      // What was found with other columns no longer holds.
      await tx.query(
        `UPDATE subscriber_import_row SET state = 'unread', problems = '[]', likely = '[]', same_as = NULL
          WHERE import_id = $1 AND state <> 'unread'`,
        [id],
      );
      await this.jobs.enqueue(tx, checkImport, { importId: id });
      await this.note(tx, list, 'mapped', actor);
    });
  }

  /** How many rows are in each state. */
  async counts(id: string): Promise<RowCounts> {
    const rows = await this.database.query<{ state: RowState; n: number }>(
      `SELECT state, count(*)::int AS n FROM subscriber_import_row WHERE import_id = $1 GROUP BY state`,
      [id],
    );
    return Object.fromEntries(
      rowStates.map((state) => [state, rows.find((row) => row.state === state)?.n ?? 0]),
    ) as RowCounts;
  }

  /** Rows in one state, by line, after a line. */
  async rows(id: string, state: RowState, after: number, size = 25): Promise<SubscriberImportRow[]> {
    return this.database.reader
      .createQueryBuilder(SubscriberImportRow, 'row')
      .where('row.importId = :id AND row.state = :state AND row.line > :after', { id, state, after })
      .orderBy('row.line')
      .limit(size)
      .getMany();
  }

  /** The first rows as they stand in the file. */
  async sample(id: string, size = 3): Promise<string[][]> {
    const rows = await this.database.reader.find(SubscriberImportRow, {
      where: { importId: id },
      order: { line: 'ASC' },
      take: size,
    });
    return rows.map(({ cells }) => JSON.parse(cells ?? '[]') as string[]);
  }

  /**
   * Says who a doubtful row is: one of the likely people, somebody new, or nobody who should go in.
   * @throws ImportMovedOn when the list or the row is no longer to be decided on
   */
  async decide(id: string, line: number, what: 'new' | 'skip' | { sameAs: string }, actor: Actor): Promise<void> {
    await this.move(id, ['checked'], 'checked', async (tx) => {
      const where = { importId: id, line };
      const row = await tx.findOne(SubscriberImportRow, { where, lock: { mode: 'pessimistic_write' } });
      if (row?.state !== 'doubtful') throw new ImportMovedOn();
      const sameAs = typeof what === 'object' ? what.sameAs : null;
      if (sameAs && !row.likely.some(({ cardholderId }) => cardholderId === sameAs)) throw new ImportMovedOn();
      const state = what === 'skip' ? 'skipped' : sameAs ? 'known' : 'ready';
      await tx.update(SubscriberImportRow, where, { state, sameAs });
      await this.audit.record(tx, {
        action: 'subscriber-import.row-decided',
        subject: { kind: 'subscriber-import', id },
        actor,
        details: { line, state },
      });
    });
  }

  /** Puts the list in: by a job, once however often it is pressed. Doubtful rows that were not decided on stay out. */
  async commit(id: string, actor: Actor): Promise<void> {
    await this.move(id, ['checked', 'running', 'done'], 'running', async (tx, list) => {
      // Pressed twice: the second changes nothing.
      if (list.state !== 'checked') return list.state;
      await tx.update(SubscriberImportRow, { importId: id, state: 'doubtful' }, { state: 'skipped' });
      await this.jobs.enqueue(tx, runImport, { importId: id });
      await this.note(tx, list, 'committed', actor);
    });
  }

  /** Takes a list back before it was put in, and deletes what stood in it. @throws ImportMovedOn */
  async drop(id: string, actor: Actor): Promise<void> {
    await this.move(id, ['uploaded', 'checking', 'checked'], 'dropped', async (tx, list) => {
      await this.note(tx, list, 'dropped', actor);
    });
    await this.retention.eraseOne(id);
  }

  private async move(
    id: string,
    from: readonly ImportState[],
    to: ImportState,
    work: (tx: Tx, list: SubscriberImport) => Promise<ImportState | void>,
  ): Promise<void> {
    await this.database.transaction(async (tx) => {
      const list = await tx.findOne(SubscriberImport, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!list || !from.includes(list.state)) throw new ImportMovedOn();
      const state = (await work(tx, list)) ?? to;
      await tx.update(SubscriberImport, { id }, { state });
    });
  }

  private async begin(
    id: string,
    { fileName, carersServiceId }: { fileName: string; carersServiceId: string },
    cells: readonly string[],
    actor: Actor,
  ): Promise<SubscriberImport> {
    const headings = cells.map((cell) => cell.replace(/\s+/g, ' ').trim().slice(0, 80));
    if (headings.filter(Boolean).length < 2 || headings.length > 200) throw new ImportNotAList();
    const list = Object.assign(new SubscriberImport(), {
      id,
      carersServiceId,
      fileName: fileName.slice(0, 120) || 'list.csv',
      state: 'dropped' as const,
      headings,
      mapping: null,
      consent: null,
      rowCount: 0,
      createdBy: actor.id,
      createdAt: this.clock.now(),
      finishedAt: null,
      erasedAt: null,
    });
    await this.database.transaction((tx) => tx.insert(SubscriberImport, list));
    return list;
  }

  private async note(tx: Tx, list: SubscriberImport, fact: string, actor: Actor): Promise<void> {
    await this.audit.record(tx, {
      action: `subscriber-import.${fact}`,
      subject: { kind: 'subscriber-import', id: list.id },
      actor,
      details: { carersServiceId: list.carersServiceId, rows: list.rowCount },
    });
  }
}

/** A row as it stands in the file. One whose quotes make no sense keeps its line and nothing else. */
function rowOf(importId: string, line: number, cells: readonly string[] | null, width: number): SubscriberImportRow {
  return Object.assign(new SubscriberImportRow(), {
    importId,
    line,
    state: 'unread' as const,
    cells: JSON.stringify((cells ?? ['\u0000']).slice(0, width).map((cell) => cell.slice(0, 2000))),
    problems: [],
    likely: [],
    sameAs: null,
    subscriberId: null,
  });
}

import { type Actor, Audit, type AuditEntry } from '@carers/audit';
import { Database, type Tx } from '@carers/database';
import { Clock, Ids } from '@carers/kernel';
import { Places } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { Categories } from '../categories.js';
import { csvRecords } from './csv-records.js';
import { type BatchResult, importBatch } from './import-batch.js';
import { type BadRow, type GoodRow, ImportHeadingsMissing, RowReader } from './import-rows.js';
import { textLines } from './text-lines.js';

export interface ImportOptions {
  /** Says what would happen, and changes nothing. */
  dryRun?: boolean;
  /** Told of each row that cannot go in; waited for, so that a slow disk slows the reading. */
  onBad: (row: BadRow) => void | Promise<void>;
  /** Told after each batch how many rows were read. */
  onProgress?: (rows: number) => void;
}

export interface ImportReport {
  rows: number;
  businesses: number;
  branches: number;
  already: number;
  bad: number;
}

/** Takes businesses in from a file. They wait for the staff like any others; their owners hear when they are published. */
@Injectable()
export class BusinessImport {
  static readonly batchSize = 500;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly places: Places,
    private readonly categories: Categories,
    private readonly audit: Audit,
  ) {}

  /**
   * Reads a CSV file of any size in flat memory. Good rows go in, batch by batch; read again, it adds nothing twice.
   * @throws FileNotReadable, ImportHeadingsMissing before anything is changed
   */
  async run(bytes: AsyncIterable<Uint8Array>, actor: Actor, options: ImportOptions): Promise<ImportReport> {
    const report: ImportReport = { rows: 0, businesses: 0, branches: 0, already: 0, bad: 0 };
    const save = async (batch: GoodRow[], tx?: Tx) => {
      const work = (inside: Tx) => this.batch(inside, batch, actor, tx === undefined);
      const result = batch.length === 0 ? null : tx ? await work(tx) : await this.database.transaction(work);
      report.businesses += result?.businesses.length ?? 0;
      report.branches += result?.branches.length ?? 0;
      report.already += result?.already ?? 0;
      options.onProgress?.(report.rows);
    };
    if (options.dryRun) await this.undone((tx) => this.read(bytes, report, options, (batch) => save(batch, tx)));
    else await this.read(bytes, report, options, save);
    return report;
  }

  private async read(
    bytes: AsyncIterable<Uint8Array>,
    report: ImportReport,
    { onBad }: ImportOptions,
    save: (batch: GoodRow[]) => Promise<void>,
  ): Promise<void> {
    const [categories, atlas] = await Promise.all([this.categories.all(), this.places.atlas()]);
    let reader: RowReader | null = null;
    let batch: GoodRow[] = [];
    let writing: Promise<void> = Promise.resolve();
    for await (const { line, cells } of csvRecords(textLines(bytes))) {
      if (!reader) {
        reader = new RowReader(cells ?? [], categories, atlas);
        continue;
      }
      report.rows++;
      const row = reader.read(line, cells);
      if ('reasons' in row) {
        report.bad++;
        await onBad(row);
      } else batch.push(row);
      if (batch.length < BusinessImport.batchSize) continue;
      // The next rows are read while PostgreSQL writes these.
      await writing;
      writing = save(batch);
      // Heard of at the next batch: a rejection must not count as unhandled until then.
      writing.catch(() => undefined);
      batch = [];
    }
    if (!reader) throw new ImportHeadingsMissing(['name']);
    await writing;
    await save(batch);
  }

  private async batch(tx: Tx, rows: readonly GoodRow[], actor: Actor, lock: boolean): Promise<BatchResult> {
    const result = await importBatch(tx, rows, { now: this.clock.now(), ids: this.ids, lock });
    const business = (action: string, id: string, details = {}): AuditEntry => ({
      action,
      subject: { kind: 'business', id },
      actor,
      details,
    });
    const entries = [
      ...result.businesses.map((id) => business('business.imported', id)),
      ...result.branches.map(({ id, businessId }) => business('branch.added', businessId, { branchId: id })),
    ];
    if (entries.length > 0) await this.audit.recordAll(tx, entries);
    return result;
  }

  /** Does the work in one transaction and takes it all back. It reads a stream, so it must not be run a second time. */
  private async undone(work: (tx: Tx) => Promise<void>): Promise<void> {
    const takenBack = new Error('taken back');
    let begun = false;
    try {
      await this.database.transaction(async (tx) => {
        if (begun) throw new Error('The dry run met another change of the same rows: please run it again.');
        begun = true;
        await work(tx);
        throw takenBack;
      });
    } catch (error) {
      if (error !== takenBack) throw error;
    }
  }
}

import { type Actor, Audit } from '@carers/audit';
import { Branch, csvRecords, textLines } from '@carers/businesses';
import { Database, type Tx } from '@carers/database';
import { Clock, Ids, isUuid } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { Arrangements } from '../arrangements.js';
import { SettlementHeadingsMissing, SettlementNotFound } from '../chains.problems.js';
import { type BranchFinder, branchFinder } from './branch-finder.js';
import { type ColumnOptions, findColumns } from './columns.js';
import { LineReader, type SettlementLine } from './line-reader.js';
import { emptyReport, type SettlementReport, type UnmatchedLine } from './report.js';
import { type BatchFacts, settleBatch } from './settlement-batch.js';
import { SettlementImport } from './settlement-import.entity.js';

export interface SettlementOptions extends ColumnOptions {
  /** Says what would happen, and counts nothing. */
  dryRun?: boolean;
  /** Told of each line that does not match; waited for. */
  onUnmatched?: (line: UnmatchedLine) => void | Promise<void>;
  /** Told now and then how many lines were read. */
  onProgress?: (lines: number) => void;
}

/** Settlement files of chains: what their own tills tell of uses, after the fact. */
@Injectable()
export class Settlements {
  static readonly batchSize = 500;
  /** Most lines of a file that are kept to be put right; all are counted. */
  static readonly mostKept = 5_000;
  private static readonly mostOpen = 10_000;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly audit: Audit,
    private readonly arrangements: Arrangements,
  ) {}

  /**
   * Reads a file of any size in flat memory, in batches that are each saved by themselves; read again, or by two people
   * at once, it counts nothing twice. What did not match is kept beside the report.
   * @throws BusinessNotFound, NotAChain, FileNotReadable, SettlementHeadingsMissing before anything is changed
   */
  async read(
    businessId: string,
    fileName: string,
    bytes: AsyncIterable<Uint8Array>,
    actor: Actor,
    options: SettlementOptions = {},
  ): Promise<{ id: string; report: SettlementReport }> {
    await this.arrangements.chain(businessId);
    const report = emptyReport();
    const kept: UnmatchedLine[] = [];
    const refuse = async (line: UnmatchedLine) => {
      report.unmatched += 1;
      report.reasons[line.reason] = (report.reasons[line.reason] ?? 0) + 1;
      if (kept.length < Settlements.mostKept) kept.push(line);
      await options.onUnmatched?.(line);
    };
    const save = async (tx: Tx | null, lines: SettlementLine[], facts: BatchFacts, last = false) => {
      const work = (inside: Tx) => settleBatch(inside, lines, facts, last);
      const { unmatched, open, ...figures } = tx ? await work(tx) : await this.database.transaction(work);
      for (const [name, figure] of Object.entries(figures)) report[name as keyof typeof figures] += figure;
      for (const line of unmatched) await refuse(line);
      options.onProgress?.(report.lines);
      return open;
    };
    const branches = await this.database.reader.findBy(Branch, { businessId });
    const places = { branches, finder: await branchFinder(this.database, businessId, branches) };
    const readAll = (tx: Tx | null) =>
      this.readLines(businessId, places, bytes, options, report, refuse, (lines, facts, last) =>
        save(tx, lines, facts, last),
      );
    if (options.dryRun) await this.undone(readAll);
    else await readAll(null);
    const id = await this.keep(businessId, fileName, report, kept, actor, options.dryRun ?? false);
    return { id, report };
  }

  /** Files of a business, the newest first. */
  async ofBusiness(businessId: string): Promise<SettlementImport[]> {
    return this.database.reader.find(SettlementImport, {
      where: { businessId },
      order: { importedAt: 'DESC', id: 'DESC' },
      take: 50,
    });
  }

  /** @throws SettlementNotFound */
  async one(businessId: string, id: string): Promise<SettlementImport> {
    const found = isUuid(id) && (await this.database.reader.findOneBy(SettlementImport, { id, businessId }));
    if (!found) throw new SettlementNotFound();
    return found;
  }

  /** Lines of a file that did not match, in its order; none once they are too old. */
  async unmatched({ id }: SettlementImport, most = Settlements.mostKept): Promise<UnmatchedLine[]> {
    return this.database.query<UnmatchedLine>(
      'SELECT line, reason, cells FROM settlement_line WHERE import_id = $1 ORDER BY line, place LIMIT $2',
      [id, most],
    );
  }

  private async readLines(
    businessId: string,
    { branches, finder: { branchOf, only } }: { branches: readonly Branch[]; finder: BranchFinder },
    bytes: AsyncIterable<Uint8Array>,
    options: SettlementOptions,
    report: SettlementReport,
    refuse: (line: UnmatchedLine) => Promise<void>,
    save: (lines: SettlementLine[], facts: BatchFacts, last?: boolean) => Promise<SettlementLine[]>,
  ): Promise<void> {
    const facts = { businessId, branchIds: branches.map(({ id }) => id), now: this.clock.now(), ids: this.ids };
    let reader: LineReader | null = null;
    let batch: SettlementLine[] = [];
    let open: SettlementLine[] = [];
    const flush = async () => {
      open.push(...(await save(batch, facts)));
      batch = [];
      // A file of refunds alone: what is not found by now is looked for once more and given up.
      if (open.length > Settlements.mostOpen) open = await save(open, facts, true);
    };
    for await (const { line, cells } of csvRecords(textLines(bytes))) {
      if (!reader) {
        const map = findColumns(cells ?? [], options, only === null);
        reader = new LineReader({ map, branchOf, onlyBranch: only, now: facts.now });
        continue;
      }
      report.lines += 1;
      const read = reader.read(line, cells);
      if ('reason' in read) await refuse(read);
      else batch.push(read);
      if (batch.length >= Settlements.batchSize) await flush();
    }
    if (!reader) throw new SettlementHeadingsMissing(['chains:columns.code']);
    await flush();
    if (open.length > 0) await save(open, facts, true);
  }

  private async keep(
    businessId: string,
    fileName: string,
    report: SettlementReport,
    kept: readonly UnmatchedLine[],
    actor: Actor,
    dryRun: boolean,
  ): Promise<string> {
    const id = this.ids.next();
    await this.database.transaction(async (tx) => {
      await tx.insert(SettlementImport, {
        id,
        businessId,
        fileName: fileName.slice(-200),
        dryRun,
        importedAt: this.clock.now(),
        report,
      });
      await tx.query(
        `INSERT INTO settlement_line (import_id, place, line, reason, cells)
         SELECT $1, place, line, reason, cells FROM jsonb_to_recordset($2::jsonb)
             AS kept (place integer, line integer, reason text, cells jsonb)`,
        [id, JSON.stringify(kept.map((line, place) => ({ ...line, place })))],
      );
      await this.audit.record(tx, {
        action: dryRun ? 'settlement.tried' : 'settlement.imported',
        subject: { kind: 'business', id: businessId },
        actor,
        details: { importId: id, ...report },
      });
    });
    return id;
  }

  /** Does the work in one transaction and takes it all back. It reads a stream, so it is not run a second time. */
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

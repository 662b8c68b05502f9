import { createHash } from 'node:crypto';
import { type Actor, Audit } from '@carers/audit';
import { Database, keyedHash, sealing, type Tx } from '@carers/database';
import { Jobs } from '@carers/jobs';
import { Clock, Ids, isUuid, type LocalDate } from '@carers/kernel';
import { UploadedFile } from '@carers/pages';
import { Injectable, Logger } from '@nestjs/common';
import { In } from 'typeorm';
import { EvidenceEvents } from './evidence-events.js';
import { EvidenceContent, EvidenceFile } from './evidence-file.entity.js';
import { EvidenceHeld, EvidenceNotFound, FileRefused, TooManyFilesNow } from './evidence.problems.js';
import { examine, type ExaminedFile } from './examined.js';
import { Gate, GateFull } from './gate.js';
import { askAgainAt, scanHeld } from './held-files.job.js';
import { Scanner } from './scanner.js';

/** What a file belongs to: a check, a visit, a case. Who may see it is decided there. */
export interface EvidenceOwner {
  kind: string;
  id: string;
}

/** A file on its way in. */
export interface NewEvidence {
  owner: EvidenceOwner;
  /** As the sender calls it; an `UploadedFile` brings its own. */
  name?: string;
  bytes: AsyncIterable<Uint8Array> | UploadedFile;
  by: Actor;
}

/** A file that passed everything; `scanned` is false where the scanner was down. */
export interface CheckedFile extends ExaminedFile {
  scanned: boolean;
}

const purposeOf = (id: string) => `evidence_content.${id}`;

/** Files that people send to show something: taken in, kept sealed, opened, and deleted by rule. */
@Injectable()
export class EvidenceFiles {
  private readonly logger = new Logger('evidence');
  /** Each file lies in memory while it is looked at: 80 MB at most, and nobody waits behind forty others. */
  private readonly gate = new Gate(8, 40);

  constructor(
    private readonly database: Database,
    private readonly scanner: Scanner,
    private readonly events: EvidenceEvents,
    private readonly audit: Audit,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /**
   * Reads a file, looks at it and has it scanned: seconds of work that belong before any transaction.
   *
   * @throws FileRefused, FileTooLarge, FormNotReadable, TooManyFilesNow
   */
  async examine(given: Pick<NewEvidence, 'name' | 'bytes'>): Promise<CheckedFile> {
    const name = given.name ?? (given.bytes instanceof UploadedFile ? given.bytes.name : '');
    try {
      return await this.gate.pass(async () => {
        const file = await examine(name, given.bytes);
        const verdict = await this.verdictOn(file.bytes);
        if (verdict === 'infected') throw new FileRefused('file-infected');
        return { ...file, scanned: verdict === 'clean' };
      });
    } catch (error) {
      throw error instanceof GateFull ? new TooManyFilesNow() : error;
    }
  }

  /** Keeps an examined file. The same bytes again for the same owner give the file that is there. */
  async save(tx: Tx, file: CheckedFile, owner: EvidenceOwner, by: Actor): Promise<EvidenceFile> {
    const uploadHash = keyedHash(file.sent, 'evidence');
    const id = this.ids.next();
    const row = {
      id,
      ownerKind: owner.kind,
      ownerId: owner.id,
      name: file.name,
      mediaType: file.mediaType,
      size: file.bytes.length,
      pages: file.pages,
      sha256: createHash('sha256').update(file.bytes).digest('hex'),
      uploadHash,
      state: file.scanned ? ('ready' as const) : ('held' as const),
      refusedBecause: null,
      tries: 0,
      keptAt: this.clock.now(),
      keptBy: by.id,
      endedOn: null,
      erasedAt: null,
      erasedWhy: null,
    };
    await tx.createQueryBuilder().insert().into(EvidenceFile).values(row).orIgnore().updateEntity(false).execute();
    const kept = await tx.findOneByOrFail(EvidenceFile, { ownerKind: owner.kind, ownerId: owner.id, uploadHash });
    if (kept.id !== id) return kept;
    await tx.insert(EvidenceContent, { fileId: id, sealed: sealing().sealBytes(file.bytes, purposeOf(id)) });
    await this.audit.record(tx, {
      action: 'evidence.kept',
      subject: { kind: 'evidence', id },
      actor: by,
      details: { owner: owner.kind, ownerId: owner.id, mediaType: kept.mediaType, size: kept.size, state: kept.state },
    });
    if (kept.state === 'held') await this.askAgain(tx, kept);
    return kept;
  }

  /** Both at once, in a transaction of its own. @throws as `examine` */
  async keep(given: NewEvidence): Promise<EvidenceFile> {
    const file = await this.examine(given);
    return this.database.transaction((tx) => this.save(tx, file, given.owner, given.by));
  }

  /** What there is of some owners, refused and erased ones too, oldest first; at most 500. */
  async of(owners: readonly EvidenceOwner[]): Promise<EvidenceFile[]> {
    if (owners.length === 0) return [];
    return this.database.reader.find(EvidenceFile, {
      where: [...Map.groupBy(owners, ({ kind }) => kind)].map(([ownerKind, some]) => ({
        ownerKind,
        ownerId: In(some.map(({ id }) => id)),
      })),
      order: { keptAt: 'ASC', id: 'ASC' },
      take: 500,
    });
  }

  /** @throws EvidenceNotFound */
  async get(id: string): Promise<EvidenceFile> {
    const found = isUuid(id) ? await this.database.reader.findOneBy(EvidenceFile, { id }) : null;
    if (!found) throw new EvidenceNotFound();
    return found;
  }

  /**
   * The bytes of a file. Whoever calls decides who may see them, and writes the look down.
   *
   * @throws EvidenceNotFound, EvidenceHeld
   */
  async open(id: string): Promise<{ file: EvidenceFile; bytes: Buffer }> {
    const file = await this.get(id);
    if (file.state === 'held') throw new EvidenceHeld();
    const bytes = file.state === 'ready' ? await this.bytesOf(id) : null;
    if (!bytes) throw new EvidenceNotFound();
    return { file, bytes };
  }

  /** Deletes what a file held; the row stays, to tell that there was one. @throws EvidenceNotFound */
  async erase(tx: Tx, id: string, why: string, by: Actor): Promise<void> {
    const file = await this.lock(tx, id);
    if (file.state === 'erased') return;
    await this.empty(tx, [id], why);
    await this.audit.record(tx, {
      action: 'evidence.erased',
      subject: { kind: 'evidence', id },
      actor: by,
      details: { why },
    });
  }

  /** Tells when what some files were for came to its end, from which the time to their deletion counts; null: it goes on. */
  async ended(tx: Tx, owners: readonly EvidenceOwner[], on: LocalDate | null): Promise<void> {
    for (const [ownerKind, some] of Map.groupBy(owners, ({ kind }) => kind)) {
      await tx.update(EvidenceFile, { ownerKind, ownerId: In(some.map(({ id }) => id)) }, { endedOn: on });
    }
  }

  /** Asks the scanner about a held file again, and has it asked once more where it is down still. */
  async scanAgain(id: string): Promise<{ settled: EvidenceFile | null }> {
    const held = await this.database.reader.findOneBy(EvidenceFile, { id, state: 'held' });
    const bytes = held && (await this.bytesOf(id));
    if (!bytes) return { settled: null };
    const verdict = await this.verdictOn(bytes);
    return this.database.transaction(async (tx) => {
      const file = await this.lock(tx, id);
      if (file.state !== 'held') return { settled: null };
      if (verdict === 'unknown') {
        file.tries++;
        await tx.save(file);
        await this.askAgain(tx, file);
        return { settled: null };
      }
      return { settled: await this.settle(tx, file, verdict) };
    });
  }

  private async settle(tx: Tx, file: EvidenceFile, verdict: 'clean' | 'infected'): Promise<EvidenceFile> {
    file.state = verdict === 'clean' ? 'ready' : 'refused';
    file.refusedBecause = verdict === 'clean' ? null : 'file-infected';
    if (verdict === 'infected') {
      await tx.delete(EvidenceContent, { fileId: file.id });
      Object.assign(file, { uploadHash: null, sha256: null });
    }
    await tx.save(file);
    await this.audit.record(tx, {
      action: verdict === 'clean' ? 'evidence.released' : 'evidence.refused',
      subject: { kind: 'evidence', id: file.id },
      actor: { kind: 'system', id: scanHeld.queue },
    });
    await this.events.announce(tx, verdict === 'clean' ? 'released' : 'refused', file);
    return file;
  }

  /** Takes the content of files away; for `erase` and the nightly rule. */
  async empty(tx: Tx, ids: readonly string[], why: string): Promise<void> {
    await tx.delete(EvidenceContent, { fileId: In(ids) });
    await tx.update(
      EvidenceFile,
      { id: In(ids) },
      { state: 'erased', name: null, sha256: null, uploadHash: null, erasedAt: this.clock.now(), erasedWhy: why },
    );
  }

  private async verdictOn(bytes: Buffer): Promise<'clean' | 'infected' | 'unknown'> {
    try {
      return (await this.scanner.scan(bytes)).clean ? 'clean' : 'infected';
    } catch (error) {
      this.logger.warn(`A file could not be scanned and is held: ${(error as Error).message}`);
      return 'unknown';
    }
  }

  private async askAgain(tx: Tx, { id, tries }: EvidenceFile): Promise<void> {
    const startAfter = askAgainAt(this.clock.now(), tries);
    await this.jobs.enqueue(tx, scanHeld, { fileId: id }, { once: `${id}:${tries}`, startAfter });
  }

  private async bytesOf(fileId: string): Promise<Buffer | null> {
    const content = await this.database.reader.findOneBy(EvidenceContent, { fileId });
    return content && sealing().openBytes(content.sealed, purposeOf(fileId));
  }

  private async lock(tx: Tx, id: string): Promise<EvidenceFile> {
    const lock = { mode: 'pessimistic_write' as const };
    const file = isUuid(id) ? await tx.findOne(EvidenceFile, { where: { id }, lock }) : null;
    if (!file) throw new EvidenceNotFound();
    return file;
  }
}

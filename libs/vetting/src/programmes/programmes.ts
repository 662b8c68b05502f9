import { type Actor, Audit } from '@carers/audit';
import { constraintOf, Database, type Tx } from '@carers/database';
import { Clock, Ids, isUuid, type LocalDate } from '@carers/kernel';
import { Translations } from '@carers/pages';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ProgrammeNotFound, ProgrammeVersionTaken } from '../vetting.problems.js';
import type { Programme } from './programme.js';
import type { ProgrammeDocument } from './programme-schema.js';
import { takeApart } from './programme-words.js';
import { ProgrammeVersion } from './programme-version.entity.js';
import { checkedProgramme, hashOf, shippedProgrammes } from './read-programme.js';

/** What an import did: nothing where this very version was there. */
export interface ImportedProgramme {
  id: string;
  slug: string;
  version: string;
  added: boolean;
}

const bySystem: Actor = { kind: 'system', id: 'programmes' };

/**
 * The programmes, version by version. Which one is current is asked of the database each time, so a version that another
 * process imported counts at once; its document, which never changes, is read when first wanted.
 */
@Injectable()
export class Programmes implements OnModuleInit {
  private readonly known = new Map<string, Programme>();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly audit: Audit,
    private readonly translations: Translations,
  ) {}

  /** Checks the programmes that ship, and keeps what is new in them. @throws ProgrammeFileFaulty, ProgrammeVersionTaken */
  async onModuleInit(): Promise<void> {
    for (const document of shippedProgrammes()) await this.keep(document, bySystem);
    for (const row of await this.database.reader.find(ProgrammeVersion)) this.use(row);
  }

  /**
   * Checks a document and adds it as a version.
   * @param raw what was read from JSON
   * @param options.file its name, for sentences about faults
   * @param options.dryRun only tells what would happen
   * @throws ProgrammeFileFaulty, ProgrammeVersionTaken where this version is there with other content
   */
  async import(
    raw: unknown,
    options: { file?: string; dryRun?: boolean; actor?: Actor } = {},
  ): Promise<ImportedProgramme> {
    const document = checkedProgramme(raw, options.file ?? 'given');
    if (options.dryRun) {
      const before = await this.same(document);
      return { id: before?.id ?? '', slug: document.slug, version: document.version, added: !before };
    }
    return this.keep(document, options.actor ?? bySystem);
  }

  /** The version of a programme that new cases begin with on a day. @throws ProgrammeNotFound */
  async current(slug: string, on: LocalDate = this.clock.today(), tx: Tx | null = null): Promise<Programme> {
    const found = (await this.inForce(on, tx)).find((programme) => programme.slug === slug);
    if (!found) throw new ProgrammeNotFound();
    return found;
  }

  /**
   * The version of each programme that new cases begin with on a day, by programme.
   * @param tx the transaction at hand, where there is one: another connection could be waited for without end
   */
  async inForce(on: LocalDate = this.clock.today(), tx: Tx | null = null): Promise<Programme[]> {
    const statement = `SELECT DISTINCT ON (slug) id FROM programme_version WHERE in_force_from <= $1
                        ORDER BY slug, in_force_from DESC, imported_at DESC, id DESC`;
    const rows = tx
      ? await tx.query<{ id: string }[]>(statement, [on])
      : await this.database.query<{ id: string }>(statement, [on]);
    return Promise.all(rows.map(({ id }) => this.version(id)));
  }

  /** The current version of each programme, by slug. */
  async allCurrent(on: LocalDate = this.clock.today()): Promise<Programme[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT DISTINCT ON (slug) id FROM programme_version WHERE in_force_from <= $1
        ORDER BY slug, in_force_from DESC, imported_at DESC, id DESC`,
      [on],
    );
    return Promise.all(rows.map(({ id }) => this.version(id)));
  }

  /** A version by its id. Its words are in the catalogues from then on. @throws ProgrammeNotFound */
  async version(id: string): Promise<Programme> {
    const known = this.known.get(id);
    if (known) return known;
    const row = isUuid(id) ? await this.database.reader.findOneBy(ProgrammeVersion, { id }) : null;
    if (!row) throw new ProgrammeNotFound();
    return this.use(row);
  }

  /** Every version, by programme and newest first. */
  async all(): Promise<Programme[]> {
    const rows = await this.database.query<{ id: string }>(
      'SELECT id FROM programme_version ORDER BY slug, in_force_from DESC, imported_at DESC, id DESC LIMIT 500',
    );
    return Promise.all(rows.map(({ id }) => this.version(id)));
  }

  private use(row: ProgrammeVersion): Programme {
    const { programme, catalogues } = takeApart(row.id, row.document);
    this.translations.add('programmes', catalogues);
    this.known.set(row.id, programme);
    return programme;
  }

  private async same(document: ProgrammeDocument): Promise<{ id: string } | null> {
    const { slug, version } = document;
    const before = await this.database.reader.findOne(ProgrammeVersion, {
      select: { id: true, sha256: true },
      where: { slug, version },
    });
    if (before && before.sha256 !== hashOf(document)) throw new ProgrammeVersionTaken(slug, version);
    return before;
  }

  private async keep(document: ProgrammeDocument, actor: Actor): Promise<ImportedProgramme> {
    const { slug, version, inForceFrom } = document;
    const before = await this.same(document);
    if (before) return { id: before.id, slug, version, added: false };
    const id = this.ids.next();
    const row = { id, slug, version, inForceFrom, document, sha256: hashOf(document), importedAt: this.clock.now() };
    try {
      await this.database.transaction(async (tx) => {
        await tx.insert(ProgrammeVersion, row as object);
        const subject = { kind: 'programme', id };
        await this.audit.record(tx, { action: 'programme.imported', subject, actor, details: { slug, version } });
      });
    } catch (error) {
      // Another process was quicker, as when web and worker start together.
      if (constraintOf(error) !== 'uq_programme_version__slug_version') throw error;
      return this.keep(document, actor);
    }
    return { id, slug, version, added: true };
  }
}

import { type Actor, Audit } from '@carers/audit';
import { Database, type Tx } from '@carers/database';
import { Clock, Ids, type LocalDate } from '@carers/kernel';
import { checkContrast } from '@carers/pages';
import { Injectable } from '@nestjs/common';
import { brandSchema, type Brand } from './brand.js';
import { CarersService } from './carers-service.entity.js';
import { importScheme, type SchemeImport } from './import-scheme.js';
import { NoPolicyYet, NoScheme, SchemeNotValid } from './places.problems.js';
import { type DatedPolicy, type Policy, policySchema } from './policy.js';
import { Region } from './region.entity.js';
import type { SchemeInForce, SchemeRegion } from './scheme-in-force.js';
import { SchemePolicy } from './scheme-policy.entity.js';
import { Scheme } from './scheme.entity.js';
import { TownRow } from './town.entity.js';

/** How long a scheme is believed without asking the database again, in milliseconds. */
const believedFor = 4_000;

/** How long an answer is waited for while an earlier one is at hand, in milliseconds. */
const patience = 500;

/** The scheme of this deployment: read from memory, looked at again every few seconds, changed in transactions. */
@Injectable()
export class SchemeService {
  private kept: SchemeInForce | null = null;
  private askAgainAt = 0;
  private asking: Promise<SchemeInForce> | null = null;
  /** How often the scheme was known to change: an answer that was asked for before the last change is not kept. */
  private changes = 0;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly audit: Audit,
  ) {}

  /**
   * The scheme, at most five seconds old. The same object until something changes.
   * @throws NoScheme
   */
  async current(): Promise<SchemeInForce> {
    // The machine's steady clock, not ours: a test that holds the time still must not hold the scheme still too.
    if (this.kept && performance.now() < this.askAgainAt) return this.kept;
    const asking = this.askOnce();
    return this.kept ? soonOr(asking, this.kept) : asking;
  }

  /** The scheme as last read, without asking; null before the first reading. */
  lastKnown(): SchemeInForce | null {
    return this.kept;
  }

  /** The regions in their order in lists. */
  async regions(): Promise<readonly SchemeRegion[]> {
    return (await this.current()).regions;
  }

  /**
   * The rules that hold on a day (default: today, in London).
   * @throws NoPolicyYet when the scheme had none
   */
  async policyOn(date: LocalDate = this.clock.today()): Promise<Policy> {
    const { policies } = await this.current();
    const inForce = policies.find((policy) => policy.validFrom <= date);
    if (!inForce) throw new NoPolicyYet(date);
    return inForce.document;
  }

  /**
   * Puts a scheme document in place: adds what is new, changes what differs, removes what is gone. Again with the same
   * document changes nothing.
   * @param document parsed JSON, checked here
   * @throws SchemeNotValid, ContrastTooLow
   */
  async importScheme(tx: Tx, document: unknown): Promise<SchemeImport> {
    const report = await importScheme(tx, document, { ids: this.ids, now: this.clock.now() });
    if (report.changed) {
      await this.audit.record(tx, {
        action: 'scheme.imported',
        subject: { kind: 'scheme', id: report.schemeId },
        actor: { kind: 'system', id: 'import-scheme' },
        details: { revision: report.revision },
      });
    }
    return report;
  }

  /** The same in a transaction of its own; this process sees the change at once. */
  async loadScheme(document: unknown): Promise<SchemeImport> {
    const report = await this.database.transaction((tx) => this.importScheme(tx, document));
    this.forget();
    await this.askOnce();
    return report;
  }

  /**
   * Gives the scheme another look or name.
   * @throws SchemeNotValid when something is missing or not taken, ContrastTooLow when it would be hard to read
   */
  async changeBrand(brand: Brand, actor: Actor): Promise<void> {
    const checked = brandSchema.safeParse(brand);
    if (!checked.success) throw SchemeNotValid.because(checked.error);
    checkContrast(checked.data.colours);
    await this.database.transaction(async (tx) => {
      const [scheme] = await tx.find(Scheme, { take: 1, lock: { mode: 'pessimistic_write' } });
      if (!scheme) throw new NoScheme();
      scheme.brand = checked.data;
      scheme.name = checked.data.name;
      scheme.revision += 1;
      scheme.changedAt = this.clock.now();
      await tx.save(scheme);
      await this.audit.record(tx, {
        action: 'scheme.brand-changed',
        subject: { kind: 'scheme', id: scheme.id },
        actor,
      });
    });
    this.forget();
    await this.askOnce();
  }

  /** Makes the next reading ask the database. Call it after a transaction in which the scheme changed has ended. */
  forget(): void {
    this.askAgainAt = 0;
    this.asking = null;
    this.changes++;
  }

  /** However many ask at a time, the database is asked once. */
  private askOnce(): Promise<SchemeInForce> {
    if (this.asking) return this.asking;
    const asking = this.ask().finally(() => {
      if (this.asking === asking) this.asking = null;
    });
    return (this.asking = asking);
  }

  private async ask(): Promise<SchemeInForce> {
    const { changes } = this;
    const { reader } = this.database;
    const [scheme] = await reader.find(Scheme, { take: 1 });
    if (!scheme) throw new NoScheme();
    const same = this.kept?.id === scheme.id && this.kept.revision === scheme.revision;
    const found = same ? this.kept! : await this.read(scheme);
    if (changes === this.changes) {
      this.kept = found;
      this.askAgainAt = performance.now() + believedFor;
    }
    return found;
  }

  private async read(scheme: Scheme): Promise<SchemeInForce> {
    const { reader } = this.database;
    const where = { schemeId: scheme.id };
    const [policies, regions, towns, carersServices] = await Promise.all([
      reader.find(SchemePolicy, { where, order: { validFrom: 'DESC' } }),
      reader.find(Region, { where, order: { position: 'ASC' } }),
      reader.find(TownRow, { where, order: { name: 'ASC' } }),
      reader.find(CarersService, { where, order: { name: 'ASC' } }),
    ]);
    return {
      id: scheme.id,
      slug: scheme.slug,
      revision: scheme.revision,
      brand: scheme.brand,
      contact: scheme.contact,
      districtCodes: scheme.districtCodes,
      locales: scheme.locales,
      policies: policies.map((row): DatedPolicy => ({
        validFrom: row.validFrom,
        document: policySchema.parse(row.document),
      })),
      regions: regions.map(({ id, slug, name, position, wardCodes, carersServiceId }) => ({
        id,
        slug,
        name,
        position,
        wardCodes,
        carersServiceId,
        towns: towns.filter((town) => town.regionId === id),
      })),
      carersServices,
    };
  }
}

/**
 * The answer when it comes soon, else the one at hand. Who asks may hold a database connection; were it to wait for a
 * second one without end, a full pool of such askers would wait for ever.
 */
async function soonOr<T>(answer: Promise<T>, atHand: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<T>((resolve) => (timer = setTimeout(resolve, patience, atHand)));
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

import { constraintOf, type Tx } from '@carers/database';
import type { Ids } from '@carers/kernel';
import { checkContrast } from '@carers/pages';
import { type EntityTarget, In, type ObjectLiteral } from 'typeorm';
import { CarersService } from './carers-service.entity.js';
import { Gazetteer } from './gazetteer.js';
import { SchemeNotValid } from './places.problems.js';
import { Region } from './region.entity.js';
import { type SchemeDocument, schemeDocumentSchema } from './scheme-document.js';
import { SchemePolicy } from './scheme-policy.entity.js';
import { Scheme } from './scheme.entity.js';
import { TownRow } from './town.entity.js';

/** What an import did. */
export interface SchemeImport {
  schemeId: string;
  /** False when everything was in place already. */
  changed: boolean;
  revision: number;
}

/** Checks a scheme document against its schema, the gazetteer's wards and the rules of contrast. */
export function checkSchemeDocument(document: unknown): SchemeDocument {
  const checked = schemeDocumentSchema.safeParse(document);
  if (!checked.success) throw SchemeNotValid.because(checked.error);
  const faults = wardFaults(checked.data);
  if (faults.length > 0) throw new SchemeNotValid(faults);
  checkContrast(checked.data.brand.colours);
  return checked.data;
}

/**
 * Puts a scheme document in place within a transaction. Rows are known by their slugs, policies by their first day, so
 * ids stay when the same document, or a later version of it, comes again.
 */
export async function importScheme(tx: Tx, given: unknown, by: { ids: Ids; now: Date }): Promise<SchemeImport> {
  const document = checkSchemeDocument(given);
  await tx.query(`SELECT pg_advisory_xact_lock(hashtext('places.import-scheme'))`);
  const [existing] = await tx.find(Scheme, { take: 1 });
  if (existing && existing.slug !== document.slug) {
    throw new SchemeNotValid([`this deployment serves the scheme "${existing.slug}", not "${document.slug}"`]);
  }
  const scheme = existing ?? tx.create(Scheme, { id: by.ids.next(), slug: document.slug, revision: 0 });
  const wanted = {
    name: document.brand.name,
    brand: document.brand,
    contact: document.contact,
    districtCodes: document.territory.districts,
    locales: document.locales,
  };
  let changed = differs(scheme, wanted);
  Object.assign(scheme, wanted, { changedAt: existing && !changed ? scheme.changedAt : by.now });
  await tx.save(scheme);

  const into = new Placing(tx, by.ids);
  const owner = { schemeId: scheme.id };
  await into.place(SchemePolicy, owner, 'validFrom', document.policies);
  const serviceIds = await into.place(CarersService, owner, 'slug', document.carersServices);
  const regionIds = await into.place(
    Region,
    owner,
    'slug',
    document.regions.map(({ slug, name, wards, carersService }, position) => ({
      slug,
      name,
      position,
      wardCodes: wards,
      carersServiceId: serviceIds.get(carersService),
    })),
  );
  await into.place(
    TownRow,
    owner,
    'slug',
    document.towns.map(({ slug, name, region, lat, lng }) => ({
      slug,
      name,
      lat,
      lng,
      regionId: regionIds.get(region),
    })),
  );
  await into.removeTheGone();

  changed ||= into.changes > 0;
  if (changed) {
    scheme.revision += 1;
    scheme.changedAt = by.now;
    await tx.save(scheme);
  }
  return { schemeId: scheme.id, changed, revision: scheme.revision };
}

/** Brings rows in line with what is wanted. Removal comes last and in reverse, when nothing wanted points at the rows. */
class Placing {
  changes = 0;
  private readonly gone: { entity: EntityTarget<ObjectLiteral>; ids: string[]; keys: string[] }[] = [];

  constructor(
    private readonly tx: Tx,
    private readonly ids: Ids,
  ) {}

  /** @returns the ids of the wanted rows by their key */
  async place(
    entity: EntityTarget<ObjectLiteral>,
    owner: Record<string, string>,
    key: string,
    wanted: readonly Record<string, unknown>[],
  ): Promise<Map<string, string>> {
    const existing = new Map((await this.tx.find(entity, { where: owner })).map((row) => [String(row[key]), row]));
    const ids = new Map<string, string>();
    for (const values of wanted) {
      const name = String(values[key]);
      const row = existing.get(name);
      existing.delete(name);
      const id = row ? String(row.id) : this.ids.next();
      ids.set(name, id);
      if (row && !differs(row, values)) continue;
      this.changes++;
      if (row) await this.tx.update(entity, { id }, values);
      else await this.tx.insert(entity, { id, ...owner, ...values });
    }
    const rows = [...existing];
    this.gone.unshift({ entity, ids: rows.map(([, row]) => String(row.id)), keys: rows.map(([name]) => name) });
    return ids;
  }

  /** @throws SchemeNotValid when something still belongs to a row that is to go */
  async removeTheGone(): Promise<void> {
    for (const { entity, ids, keys } of this.gone) {
      if (ids.length === 0) continue;
      this.changes += ids.length;
      try {
        await this.tx.delete(entity, { id: In(ids) });
      } catch (error) {
        if (!constraintOf(error)?.startsWith('fk_')) throw error;
        throw new SchemeNotValid([`${keys.join(', ')}: still in use, so it cannot be left out`]);
      }
    }
  }
}

function differs(row: ObjectLiteral, wanted: Record<string, unknown>): boolean {
  return Object.entries(wanted).some(([name, value]) => canonical(row[name]) !== canonical(value));
}

/** JSON with sorted names: PostgreSQL's jsonb keeps no order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) =>
    part && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

function wardFaults({ territory, regions }: SchemeDocument): string[] {
  const { wards } = Gazetteer.load();
  const assigned = new Set(regions.flatMap((region) => region.wards));
  const ofTerritory = wards.filter((ward) => territory.districts.includes(ward.districtCode));
  const known = new Set(ofTerritory.map((ward) => ward.code));
  return [
    ...territory.districts
      .filter((code) => !wards.some((ward) => ward.districtCode === code))
      .map((code) => `no postcodes are known for council ${code}`),
    ...ofTerritory
      .filter((ward) => !assigned.has(ward.code))
      .map((ward) => `ward ${ward.code} (${ward.name}) is in no region`),
    ...[...assigned].filter((code) => !known.has(code)).map((code) => `ward ${code} is not in the territory`),
  ];
}

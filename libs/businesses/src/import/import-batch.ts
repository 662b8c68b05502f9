import { insertMany, keyedHash, type Tx } from '@carers/database';
import type { Ids } from '@carers/kernel';
import { Branch } from '../branch.entity.js';
import { Business } from '../business.entity.js';
import { columnsOf } from '../businesses.js';
import { slugFrom } from '../slug.js';
import { freeSlugs } from './free-slugs.js';
import type { GoodRow } from './import-rows.js';

/** What a batch of rows changed. */
export interface BatchResult {
  businesses: string[];
  branches: { id: string; businessId: string }[];
  /** Rows whose branch was there before, or earlier in the file. */
  already: number;
}

interface Keyed extends GoodRow {
  /** The business: who answers for it, and its name without accents and case. */
  key: string;
  hash: string;
  plainLine: string;
}

/**
 * Adds the businesses and branches of some rows. A business is known by its name and its contact's e-mail address, a
 * branch by its postcode and street (or by being online): what is there is left as it is, so that a file can be read
 * again at any time, and rows with one business and several places make one business.
 */
export async function importBatch(
  tx: Tx,
  rows: readonly GoodRow[],
  { now, ids, lock }: { now: Date; ids: Ids; lock: boolean },
): Promise<BatchResult> {
  // One batch at a time, whoever imports: two would not see each other's businesses.
  if (lock) await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('businesses import', 0))`);
  const keyed = await withKeys(tx, rows);
  const businessIds = await knownBusinesses(tx, keyed);
  const firsts = new Map(keyed.toReversed().map((row) => [row.key, row]));
  const added = [...firsts.values()].toReversed().filter(({ key }) => !businessIds.has(key));
  const slugs = await freeSlugs(
    tx,
    'business',
    added.map(({ facts }) => slugFrom(facts.name, 'business')),
    lock,
  );
  const slugOf = await knownSlugs(tx, [...businessIds.values()]);
  const businesses = added.map(({ key, facts }, index) => {
    const id = ids.next();
    businessIds.set(key, id);
    slugOf.set(id, slugs[index]!);
    return tx.create(Business, {
      ...columnsOf(facts),
      id,
      slug: slugs[index]!,
      worksInHomes: false,
      recruitedByCode: null,
      status: 'submitted',
      createdAt: now,
      submittedAt: now,
      decidedAt: null,
      decisionReason: null,
      leftAt: null,
      lastConfirmedOn: null,
    });
  });
  await insertMany(tx, Business, businesses);

  const there = await knownBranches(tx, keyed, businessIds);
  const news = keyed.filter((row) => {
    const place = branchKey(businessIds.get(row.key)!, row);
    if (there.has(place)) return false;
    there.add(place);
    return true;
  });
  const bases = news.map(
    ({ key, branch }) => `${slugOf.get(businessIds.get(key)!)}-${slugFrom(branch.town ?? 'online', 'branch')}`,
  );
  const branchSlugs = await freeSlugs(tx, 'branch', bases, lock);
  const branches = news.map(({ key, branch, facts }, index) =>
    tx.create(Branch, {
      ...branch,
      name: branch.name ?? facts.name,
      id: ids.next(),
      businessId: businessIds.get(key)!,
      slug: branchSlugs[index]!,
      createdAt: now,
      closedAt: null,
    }),
  );
  const made = new Set(businesses.map(({ id }) => id));
  if (branches.every(({ businessId }) => made.has(businessId))) {
    // Businesses that wait for the staff are in no list, so the directory need not look at each of them.
    await tx.query(`SET LOCAL offers.relist = 'off'`);
  }
  await insertMany(tx, Branch, branches);
  return {
    businesses: businesses.map(({ id }) => id),
    branches: branches.map(({ id, businessId }) => ({ id, businessId })),
    already: rows.length - branches.length,
  };
}

/** Names and streets are compared without accents and case, by the database's own rule. */
async function withKeys(tx: Tx, rows: readonly GoodRow[]): Promise<Keyed[]> {
  const plain = await tx.query<{ name: string; line: string }[]>(
    `SELECT plain_text(row.name) AS name, plain_text(row.line) AS line
       FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS row (name, line, place) ORDER BY place`,
    [rows.map(({ facts }) => facts.name), rows.map(({ branch }) => branch.addressLines[0] ?? '')],
  );
  return rows.map((row, index) => {
    const hash = keyedHash(row.facts.contactEmail.toLowerCase(), 'email');
    return { ...row, hash, key: `${hash} ${plain[index]!.name}`, plainLine: plain[index]!.line };
  });
}

/** Ids of those that are there, by key. Those that left are not: they may join again. */
async function knownBusinesses(tx: Tx, rows: readonly Keyed[]): Promise<Map<string, string>> {
  const found = await tx.query<{ key: string; id: string }[]>(
    `SELECT DISTINCT ON (wanted.key) wanted.key, business.id
       FROM unnest($1::text[], $2::text[], $3::text[]) AS wanted (key, hash, name)
       JOIN business ON business.contact_email_hash = wanted.hash AND plain_text(business.name) = wanted.name
      WHERE business.status <> 'left' ORDER BY wanted.key, business.id`,
    [rows.map(({ key }) => key), rows.map(({ hash }) => hash), rows.map(({ key, hash }) => key.slice(hash.length + 1))],
  );
  return new Map(found.map(({ key, id }) => [key, id]));
}

async function knownSlugs(tx: Tx, businessIds: readonly string[]): Promise<Map<string, string>> {
  const found = await tx.query<{ id: string; slug: string }[]>('SELECT id, slug FROM business WHERE id = ANY($1)', [
    businessIds,
  ]);
  return new Map(found.map(({ id, slug }) => [id, slug]));
}

async function knownBranches(tx: Tx, rows: readonly Keyed[], businessIds: Map<string, string>): Promise<Set<string>> {
  const found = await tx.query<{ key: string }[]>(
    `SELECT DISTINCT wanted.key
       FROM unnest($1::text[], $2::uuid[], $3::text[], $4::text[]) AS wanted (key, business_id, postcode, line)
       JOIN branch ON branch.business_id = wanted.business_id AND branch.closed_at IS NULL
        AND (branch.postcode = wanted.postcode AND plain_text(coalesce(branch.address_lines[1], '')) = wanted.line
             OR branch.online AND wanted.postcode IS NULL)`,
    [
      rows.map((row) => branchKey(businessIds.get(row.key)!, row)),
      rows.map(({ key }) => businessIds.get(key)),
      rows.map(({ branch }) => branch.postcode),
      rows.map(({ plainLine }) => plainLine),
    ],
  );
  return new Set(found.map(({ key }) => key));
}

function branchKey(businessId: string, { branch, plainLine }: Keyed): string {
  return branch.online ? `${businessId} online` : `${businessId} ${branch.postcode} ${plainLine}`;
}

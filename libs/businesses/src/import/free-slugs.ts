import type { Tx } from '@carers/database';
import { slugFamily, slugLock } from '../free-slug.js';

/**
 * Free slugs for many rows at once, one for each of `bases` and in their order. Holds the same locks as `freeSlug`,
 * taken in one order, so an import and a registration never choose the same slug.
 * @param lock false where all is taken back anyway: a whole file would need more locks than the database has
 */
export async function freeSlugs(
  tx: Tx,
  table: 'business' | 'branch',
  bases: readonly string[],
  lock: boolean,
): Promise<string[]> {
  if (bases.length === 0) return [];
  if (lock) await lockFamilies(tx, table, bases);
  const chosen = new Array<string>(bases.length);
  const taken = new Set<string>();
  let open = bases.map((base, index) => ({ base, index }));
  // Most are free at once. `pier` twice may take `pier-2`, which another row wants as its own base: that one asks again.
  for (let reach = 8; open.length > 0; reach *= 2) {
    const free = await candidates(
      tx,
      table,
      open.map(({ base }) => base),
      reach,
      [...taken],
    );
    open = open.filter(({ base, index }) => {
      const slug = free.get(base)?.find((candidate) => !taken.has(candidate));
      if (slug === undefined) return true;
      taken.add(slug);
      chosen[index] = slug;
      return false;
    });
  }
  return chosen;
}

/** Up to as many free slugs for each base as it is wanted, looking `reach` numbers beyond that. */
async function candidates(
  tx: Tx,
  table: 'business' | 'branch',
  bases: readonly string[],
  reach: number,
  taken: readonly string[],
): Promise<Map<string, string[]>> {
  const wanted = new Map<string, number>();
  for (const base of bases) wanted.set(base, (wanted.get(base) ?? 0) + 1);
  const rows = await tx.query<{ base: string; slugs: string[] }[]>(
    `SELECT wanted.base, ARRAY(
        SELECT slug FROM (SELECT number, CASE number WHEN 1 THEN wanted.base ELSE wanted.base || '-' || number END AS slug
                            FROM generate_series(1, wanted.count + $3::int) AS number) AS candidate
         WHERE NOT EXISTS (SELECT FROM ${table} WHERE ${table}.slug = candidate.slug) AND slug <> ALL($4::text[])
         ORDER BY number LIMIT wanted.count) AS slugs
       FROM unnest($1::text[], $2::int[]) AS wanted (base, count)`,
    [[...wanted.keys()], [...wanted.values()], reach, taken],
  );
  return new Map(rows.map(({ base, slugs }) => [base, slugs]));
}

async function lockFamilies(tx: Tx, table: 'business' | 'branch', bases: readonly string[]): Promise<void> {
  const locks = [...new Set(bases.map((base) => slugLock(table, slugFamily(base))))].sort();
  await tx.query(
    `SELECT pg_advisory_xact_lock(hashtextextended(name, 0))
       FROM unnest($1::text[]) WITH ORDINALITY AS wanted (name, place) ORDER BY place`,
    [locks],
  );
}

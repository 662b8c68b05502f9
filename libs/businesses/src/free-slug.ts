import type { Tx } from '@carers/database';

/**
 * The first free slug of a table: `base`, else `base-2`, `base-3` … Whoever wants a slug of the same family waits until
 * this transaction has ended, so two can never choose the same one; the table's unique constraint stands behind it.
 */
export async function freeSlug(tx: Tx, table: 'business' | 'branch', base: string): Promise<string> {
  // `cafe` may become `cafe-2`, which is where a business called "Cafe 2" begins: both wait for `cafe`.
  const family = base.replace(/(-\d+)+$/, '');
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, [`${table} slug ${family}`]);
  const [free] = await tx.query<{ slug: string }[]>(
    `SELECT candidate.slug
       FROM (SELECT 1 AS number, $1::text AS slug
             UNION ALL SELECT number, $1 || '-' || number FROM generate_series(2, 100000) AS number) AS candidate
      WHERE NOT EXISTS (SELECT FROM ${table} WHERE ${table}.slug = candidate.slug)
      ORDER BY candidate.number LIMIT 1`,
    [base],
  );
  if (!free) throw new Error(`There are a hundred thousand slugs like ${base}.`);
  return free.slug;
}

import type { Tx } from '@carers/database';

/**
 * The first free slug of a table: `base`, else `base-2`, `base-3` … Whoever wants a slug of the same family waits until
 * this transaction has ended, so two can never choose the same one; the table's unique constraint stands behind it.
 */
export async function freeSlug(tx: Tx, table: 'business' | 'branch', base: string): Promise<string> {
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, [slugLock(table, slugFamily(base))]);
  const [free] = await tx.query<{ slug: string }[]>(
    `WITH RECURSIVE tried (number, slug) AS (
       SELECT 1, $1::text
       UNION ALL
       SELECT number + 1, $1 || '-' || (number + 1) FROM tried
        WHERE EXISTS (SELECT FROM ${table} WHERE ${table}.slug = tried.slug)
     )
     SELECT slug FROM tried ORDER BY number DESC LIMIT 1`,
    [base],
  );
  return free!.slug;
}

/** `cafe` may become `cafe-2`, which is where a business called "Cafe 2" begins: both wait for `cafe`. */
export function slugFamily(base: string): string {
  return base.replace(/(-\d+)+$/, '');
}

/** The name of the lock that guards a family of slugs. */
export function slugLock(table: 'business' | 'branch', family: string): string {
  return `${table} slug ${family}`;
}

import type { Branch } from '@carers/businesses';
import type { Database } from '@carers/database';

/** Finds places of a business by what its files call them: its own number for them, else name, town, postcode or name in addresses. */
export interface BranchFinder {
  branchOf: (reference: string) => string | null;
  /** The one place of a business that has one; null where it has several. */
  only: string | null;
}

/** Names that two places share are nobody's; closed places are found, for they sold until they closed. */
export async function branchFinder(
  database: Database,
  businessId: string,
  branches: readonly Branch[],
): Promise<BranchFinder> {
  const told = await database.query<{ reference: string; branchId: string }>(
    'SELECT reference, branch_id AS "branchId" FROM branch_reference WHERE business_id = $1',
    [businessId],
  );
  const byName = new Map<string, string | null>();
  const add = (name: string | null, id: string) => {
    const key = plain(name ?? '');
    if (!key) return;
    byName.set(key, byName.has(key) && byName.get(key) !== id ? null : id);
  };
  for (const { id, name, slug, postcode, town } of branches) {
    for (const each of new Set([name, slug, postcode, town, id])) add(each, id);
  }
  const byNumber = new Map(told.map(({ reference, branchId }) => [plain(reference), branchId]));
  return {
    branchOf: (reference) => {
      const key = plain(reference);
      return byNumber.get(key) ?? byNumber.get(key.replace(/^0+(?=\d)/, '')) ?? byName.get(key) ?? null;
    },
    only: branches.length === 1 ? branches[0]!.id : null,
  };
}

/** Case, spaces and signs aside: "Store 0042" → "store0042", "BH1 1DS" → "bh11ds". */
function plain(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]+/g, '');
}

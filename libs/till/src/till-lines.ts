import type { Till } from './till.entity.js';

/** A till as its owner sees it. */
export type TillLine = Pick<
  Till,
  'id' | 'branchId' | 'name' | 'kind' | 'scopes' | 'app' | 'createdAt' | 'lastSyncAt'
> & {
  /** With any of its keys; to the minute. */
  lastUsedAt: Date | null;
  hasPin: boolean;
  /** Until when a rotated key still works; null where there is one key. */
  oldKeyEndsAt: Date | null;
  /** Whether that old key was used since the new one was made. */
  oldKeyInUse: boolean;
};

/** A till with the names of where it is, for the operator. */
export type TillWithPlace = TillLine & { branch: string; branchSlug: string; business: string };

/** Tills that work, the oldest first. Values: now; then a condition may follow from `$2` on. */
export const tillLines = (condition: string) => `
  SELECT till.id, till.branch_id AS "branchId", till.name, till.kind, till.scopes, till.app,
         till.created_at AS "createdAt", till.last_sync_at AS "lastSyncAt", till.pin IS NOT NULL AS "hasPin",
         keys.used AS "lastUsedAt", keys.old_ends AS "oldKeyEndsAt",
         coalesce(keys.old_used > keys.newest, false) AS "oldKeyInUse",
         branch.name AS branch, branch.slug AS "branchSlug", business.name AS business
    FROM till
    JOIN branch ON branch.id = till.branch_id AND branch.closed_at IS NULL
    JOIN business ON business.id = branch.business_id
    CROSS JOIN LATERAL (
      SELECT max(last_used_at) AS used, max(created_at) AS newest,
             max(ends_at) FILTER (WHERE ends_at > $1) AS old_ends,
             max(last_used_at) FILTER (WHERE ends_at > $1) AS old_used
        FROM till_key WHERE till_id = till.id
    ) keys
   WHERE till.ended_at IS NULL AND ${condition}
   ORDER BY till.created_at, till.id`;

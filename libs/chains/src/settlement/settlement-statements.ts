import type { Tx } from '@carers/database';
import { dateInLondon } from '@carers/kernel';

/** What a code of a business stands for. */
export interface KnownCode {
  code: string;
  offerId: string;
  /** Null for a number of everybody's. */
  codeId: string | null;
  cardId: string | null;
  cardholderId: string | null;
  handedAt: Date | null;
  usedAt: Date | null;
}

/** A use to be written. */
export interface UseToWrite {
  redemptionId: string;
  branchId: string;
  scanId: string;
  offerId: string;
  revision: number;
  cardId: string | null;
  holder: string | null;
  occurredAt: Date;
  basket: number | null;
  saving: number | null;
}

/** One file of a business at a time writes: two that tell of the same code must see each other's uses. */
export async function lockSettlements(tx: Tx, businessId: string): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('settlement ' || $1, 0))`, [businessId]);
}

/** What some codes stand for, numbers that were replaced included. Codes of a pool are locked. */
export async function findCodes(tx: Tx, businessId: string, codes: readonly string[]): Promise<Map<string, KnownCode>> {
  const pool = await tx.query<KnownCode[]>(
    `SELECT code, offer_id AS "offerId", id AS "codeId", card_id AS "cardId", cardholder_id AS "cardholderId",
            handed_at AS "handedAt", used_at AS "usedAt"
       FROM till_code WHERE business_id = $1 AND code = ANY($2) ORDER BY id FOR UPDATE`,
    [businessId, codes],
  );
  const barcodes = await tx.query<{ code: string; offerId: string }[]>(
    `SELECT ean13 AS code, offer_id AS "offerId" FROM till_barcode WHERE business_id = $1 AND ean13 = ANY($2)`,
    [businessId, codes],
  );
  const nobody = { codeId: null, cardId: null, cardholderId: null, handedAt: null, usedAt: null };
  return new Map([
    ...barcodes.map((each) => [each.code, { ...each, ...nobody }] as const),
    ...pool.map((each) => [each.code, each] as const),
  ]);
}

/** Names (`<scan> <offer>`) of those uses that were told of before, at whatever branch. */
export async function findTold(tx: Tx, uses: readonly { scanId: string; offerId: string }[]): Promise<Set<string>> {
  const rows = await tx.query<{ scanId: string; offerId: string }[]>(
    `SELECT scan_id AS "scanId", offer_id AS "offerId" FROM unnest($1::uuid[], $2::uuid[]) AS asked (scan, offer)
       JOIN settlement_use ON offer_id = asked.offer AND scan_id = asked.scan`,
    [uses.map(({ scanId }) => scanId), uses.map(({ offerId }) => offerId)],
  );
  return new Set(rows.map(({ scanId, offerId }) => `${scanId} ${offerId}`));
}

/**
 * Writes uses with the counters of their offers, which they may take beyond a limit: they happened.
 * @returns ids of those that were not there already
 */
export async function writeUses(tx: Tx, uses: readonly UseToWrite[], now: Date): Promise<Set<string>> {
  if (uses.length === 0) return new Set();
  const items = uses.map((use) => ({ ...use, today: dateInLondon(use.occurredAt) }));
  const rows = await tx.query<{ id: string }[]>(
    `WITH asked AS (
       SELECT * FROM jsonb_to_recordset($1::jsonb) AS asked ("redemptionId" uuid, "branchId" uuid, "scanId" uuid,
         "offerId" uuid, revision integer, "cardId" uuid, holder uuid, "occurredAt" timestamptz, today date,
         basket integer, saving integer)
     ), told AS (
       -- Its primary key has the last word on what counts, for as long as files may tell of it.
       INSERT INTO settlement_use (scan_id, offer_id, told_on)
       SELECT "scanId", "offerId", ($2::timestamptz AT TIME ZONE 'Europe/London')::date FROM asked
        ORDER BY "offerId", "scanId"
       ON CONFLICT ON CONSTRAINT pk_settlement_use DO NOTHING
       RETURNING scan_id, offer_id
     ), written AS (
       INSERT INTO redemption (id, till_id, branch_id, scan_id, offer_id, offer_revision, card_id, occurred_at,
                               recorded_at, basket_pence, saving_pence, source, counted)
       SELECT "redemptionId", NULL, "branchId", "scanId", "offerId", asked.revision, "cardId", "occurredAt", $2, basket,
              saving, 'settlement', ARRAY(SELECT scope FROM offer_scopes(offer.terms, holder, today) WHERE scope IS NOT NULL)
         FROM asked JOIN told ON told.scan_id = "scanId" AND told.offer_id = "offerId"
         JOIN offer ON offer.id = "offerId"
       ON CONFLICT ON CONSTRAINT uq_redemption__branch_scan_offer DO NOTHING
       RETURNING id, offer_id, counted
     ), added AS (
       INSERT INTO offer_counter AS counter (offer_id, scope, used)
       SELECT offer_id, scope, count(*) FROM written, unnest(counted) AS scope
        GROUP BY offer_id, scope
        ORDER BY offer_id, CASE split_part(scope, ':', 1) WHEN 'total' THEN 1 WHEN 'day' THEN 2 ELSE 3 END, scope COLLATE "C"
       ON CONFLICT ON CONSTRAINT pk_offer_counter DO UPDATE SET used = counter.used + excluded.used
     )
     SELECT id FROM written`,
    [JSON.stringify(items), now],
  );
  return new Set(rows.map(({ id }) => id));
}

/** Notes on codes that they were used. */
export async function markUsed(tx: Tx, codes: readonly { codeId: string; at: Date }[]): Promise<void> {
  if (codes.length === 0) return;
  await tx.query(
    `UPDATE till_code SET used_at = told.at FROM unnest($1::uuid[], $2::timestamptz[]) AS told (id, at)
      WHERE till_code.id = told.id AND used_at IS NULL`,
    [codes.map(({ codeId }) => codeId), codes.map(({ at }) => at)],
  );
}

/** Takes one use back that a file told of before. @returns what it found */
export async function takeBack(
  tx: Tx,
  branchIds: readonly string[],
  use: { scanId: string; offerId: string },
  now: Date,
): Promise<'taken-back' | 'already' | 'nothing'> {
  const values = [branchIds, use.scanId, use.offerId];
  const which = `branch_id = ANY($1) AND scan_id = $2 AND offer_id = $3 AND source = 'settlement'`;
  const [found] = await tx.query<{ counted: string[]; undone: boolean }[]>(
    `SELECT counted, undone_at IS NOT NULL AS undone FROM redemption WHERE ${which} FOR UPDATE`,
    values,
  );
  if (!found) return 'nothing';
  if (found.undone) return 'already';
  await tx.query(`UPDATE redemption SET undone_at = $4, undo_reason = 'refund' WHERE ${which}`, [...values, now]);
  await tx.query('UPDATE offer_counter SET used = used - 1 WHERE offer_id = $1 AND scope = ANY ($2) AND used > 0', [
    use.offerId,
    found.counted,
  ]);
  return 'taken-back';
}

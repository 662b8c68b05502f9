import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Recording uses that happened while a till had no connection: they count even beyond a limit. */
export class OfflineRedemptions1763770095000 implements MigrationInterface {
  name = 'OfflineRedemptions1763770095000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(recording);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION till_record_offline(jsonb)');
  }
}

const recording = `
  -- Records uses as they happened, one answer for each, in the order given. An item is { position, redemptionId, tillId,
  -- branchId, scanId, offerId, revision, terms, cardId, holder, occurredAt, recordedAt, today, basket, saving, codeCheck,
  -- flags }: terms are those it is counted by. Nothing is refused: a use beyond a limit counts, and "beyond" says which
  -- limits it went beyond. Each item is saved by itself, so that a bad one takes no other with it.
  CREATE FUNCTION till_record_offline(items jsonb)
    RETURNS TABLE (place integer, answer text, redemption_id uuid, kept_flags text[], beyond jsonb)
    LANGUAGE plpgsql AS $$
  DECLARE
    item record;
    limited record;
    taken text[];
    now_used integer;
  BEGIN
    -- All counters first, in the order in which till_redeem takes them: for an offer the total, the day, then cards by
    -- holder. The uses themselves are then written in the order in which they happened.
    INSERT INTO offer_counter AS counter (offer_id, scope, used)
      SELECT wanted.offer_id, wanted.scope, 0 FROM (
        SELECT DISTINCT asked."offerId" AS offer_id, limits.scope,
               CASE split_part(limits.scope, ':', 1) WHEN 'total' THEN 1 WHEN 'day' THEN 2 ELSE 3 END AS class
          FROM jsonb_to_recordset(items) AS asked ("branchId" uuid, "scanId" uuid, "offerId" uuid, terms jsonb,
               holder uuid, today date)
          JOIN offer ON offer.id = asked."offerId"
          CROSS JOIN LATERAL offer_scopes(asked.terms, asked.holder, asked.today) limits
         WHERE limits.scope IS NOT NULL
           AND NOT EXISTS (SELECT FROM redemption WHERE redemption.branch_id = asked."branchId"
                              AND redemption.scan_id = asked."scanId" AND redemption.offer_id = asked."offerId")
      ) wanted
      ORDER BY wanted.offer_id, wanted.class, wanted.scope COLLATE "C"
      ON CONFLICT ON CONSTRAINT pk_offer_counter DO UPDATE SET used = counter.used;

    FOR item IN
      SELECT * FROM jsonb_to_recordset(items) AS asked (position integer, "redemptionId" uuid, "tillId" uuid,
             "branchId" uuid, "scanId" uuid, "offerId" uuid, revision integer, terms jsonb, "cardId" uuid, holder uuid,
             "occurredAt" timestamptz, "recordedAt" timestamptz, today date, basket integer, saving integer,
             "codeCheck" text, flags jsonb)
       ORDER BY asked.position
    LOOP
      place := item.position; answer := NULL; redemption_id := NULL; beyond := '[]';
      kept_flags := ARRAY(SELECT jsonb_array_elements_text(item.flags));
      BEGIN
        INSERT INTO redemption (id, till_id, branch_id, scan_id, offer_id, offer_revision, card_id, occurred_at,
                                recorded_at, basket_pence, saving_pence, source, code_check)
          VALUES (item."redemptionId", item."tillId", item."branchId", item."scanId", item."offerId", item.revision,
                  item."cardId", item."occurredAt", item."recordedAt", item.basket, item.saving, 'offline',
                  item."codeCheck")
          ON CONFLICT ON CONSTRAINT uq_redemption__branch_scan_offer DO NOTHING;
        IF FOUND THEN
          taken := '{}';
          FOR limited IN SELECT * FROM offer_scopes(item.terms, item.holder, item.today) scopes WHERE scopes.scope IS NOT NULL LOOP
            INSERT INTO offer_counter AS counter (offer_id, scope, used) VALUES (item."offerId", limited.scope, 1)
              ON CONFLICT ON CONSTRAINT pk_offer_counter DO UPDATE SET used = counter.used + 1
              RETURNING counter.used INTO now_used;
            taken := taken || limited.scope;
            IF now_used > limited.most THEN
              beyond := beyond || jsonb_build_object('limit', split_part(limited.scope, ':', 1), 'most', limited.most,
                                                 'used', now_used);
            END IF;
          END LOOP;
          IF beyond <> '[]' AND NOT 'limit_reached' = ANY (kept_flags) THEN
            kept_flags := kept_flags || 'limit_reached'::text;
          END IF;
          UPDATE redemption SET counted = taken, flags = kept_flags WHERE id = item."redemptionId";
          answer := 'recorded'; redemption_id := item."redemptionId";
        ELSE
          answer := 'recorded_before';
          SELECT redemption.id, redemption.flags INTO redemption_id, kept_flags FROM redemption
           WHERE redemption.branch_id = item."branchId" AND redemption.scan_id = item."scanId"
             AND redemption.offer_id = item."offerId";
        END IF;
      EXCEPTION
        -- The whole upload is tried again by whoever called.
        WHEN deadlock_detected OR serialization_failure OR query_canceled THEN RAISE;
        WHEN OTHERS THEN answer := 'not_saved'; redemption_id := NULL; beyond := '[]';
      END;
      RETURN NEXT;
    END LOOP;
  END $$;
`;

import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The check of a card and the use of an offer as functions with one plan each. PostgreSQL guesses that the plan for a
 * short batch is worth making anew, and spent four times as long on planning as on the work.
 */
export class TillHotPath1763770120000 implements MigrationInterface {
  name = 'TillHotPath1763770120000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(validating);
    // The function before is kept under another name, for the way back.
    await runner.query('ALTER FUNCTION till_redeem(jsonb) RENAME TO till_redeem_one_by_one');
    await runner.query(redeeming);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION till_redeem(jsonb);
      ALTER FUNCTION till_redeem_one_by_one(jsonb) RENAME TO till_redeem;
      DROP FUNCTION till_validate(
        uuid[], text[], uuid[], timestamptz[], date[], text[], text[], text[], boolean[], integer[], text[]
      );
    `);
  }
}

const validating = `
  -- Checks a batch of cards, one row for each in the order of the arrays: authenticates the till, finds the card, decides,
  -- keeps the validation. What the caller knows already it does not ask for; what it wants besides comes in further rows.
  CREATE FUNCTION till_validate(
    ids uuid[], key_hashes text[], scan_ids uuid[], instants timestamptz[], days date[], credential_ids text[],
    card_numbers text[], refusals text[],
    -- whether the code that changes every half minute was right
    fresh boolean[],
    -- sum of 1 for the branch's offers, 2 for what was used of their limits, 4 for the date of birth
    wanted integer[],
    -- keys of tills whose use is to be noted
    noted text[]
  ) RETURNS TABLE (
    place bigint, is_more boolean, till_id uuid, may_validate boolean, branch_id uuid, outcome text, reason text,
    card_id uuid, earlier_card_id uuid, is_repeat boolean, printed_name text, valid_until date, kind text, medium text,
    birth_date text, offers json, uses json
  ) LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan
  -- Every look-up is by a key. The plan is made when tables are empty, where reading all of them looks cheaper.
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
  #variable_conflict use_column
  BEGIN
    RETURN QUERY
    WITH met AS (
      SELECT asked.id, asked.scan_id, asked.at, asked.credential_id, asked.place, till.id AS till_id,
             'validate' = ANY (till.scopes) AS may_validate,
             CASE WHEN business.id IS NOT NULL THEN branch.id END AS branch_id,
             card.id AS card_id, card.printed_name, card.valid_until, card.kind, credential.medium,
             CASE WHEN asked.refusal IS NOT NULL THEN asked.refusal
                  WHEN card.id IS NULL THEN 'unknown_card'
                  WHEN card.end_reason = 'superseded' THEN 'superseded'
                  WHEN card.status = 'revoked' OR credential.status = 'revoked' THEN 'revoked'
                  WHEN card.status = 'suspended' THEN 'suspended'
                  WHEN card.kind = 'test' THEN 'test_card'
                  WHEN card.valid_from > asked.today THEN 'not_yet_valid'
                  WHEN card.valid_until < asked.today THEN 'expired'
                  -- A phone shows a code that changes; without a fresh one it is a picture of a phone.
                  WHEN credential.medium = 'phone' AND NOT asked.fresh THEN 'stale_code'
             END AS refused
        FROM unnest(ids, key_hashes, scan_ids, instants, days, credential_ids, card_numbers, refusals, fresh)
             WITH ORDINALITY AS asked (id, key_hash, scan_id, at, today, credential_id, card_number, refusal, fresh, place)
        LEFT JOIN till_key ON till_key.key_hash = asked.key_hash
                          AND (till_key.ends_at IS NULL OR till_key.ends_at > asked.at)
        LEFT JOIN till ON till.id = till_key.till_id AND till.ended_at IS NULL
        LEFT JOIN branch ON branch.id = till.branch_id AND branch.closed_at IS NULL
        LEFT JOIN business ON business.id = branch.business_id AND business.status = 'published'
        LEFT JOIN credential ON credential.id = asked.credential_id
        LEFT JOIN card numbered ON numbered.number = asked.card_number
        LEFT JOIN card ON card.id = coalesce(credential.card_id, numbered.id)
    ), kept AS (
      INSERT INTO validation (id, till_id, branch_id, scan_id, at, card_id, credential_id, outcome, reason)
      SELECT met.id, met.till_id, met.branch_id, met.scan_id, met.at, met.card_id, met.credential_id,
             CASE WHEN met.refused IS NULL THEN 'valid' ELSE 'not_valid' END, met.refused
        FROM met WHERE met.branch_id IS NOT NULL AND met.may_validate
      ON CONFLICT ON CONSTRAINT uq_validation__branch_scan DO NOTHING
      RETURNING id
    )
    SELECT met.place, false, met.till_id, met.may_validate, met.branch_id,
           CASE WHEN earlier.id IS NOT NULL THEN earlier.outcome
                WHEN kept.id IS NULL THEN NULL
                WHEN met.refused IS NULL THEN 'valid' ELSE 'not_valid' END,
           CASE WHEN earlier.id IS NOT NULL THEN earlier.reason ELSE met.refused END,
           met.card_id, earlier.card_id, earlier.id IS NOT NULL,
           met.printed_name, met.valid_until, met.kind, met.medium, NULL::text, NULL::json, NULL::json
      FROM met
      LEFT JOIN kept ON kept.id = met.id
      LEFT JOIN validation earlier ON kept.id IS NULL AND earlier.branch_id = met.branch_id
                                  AND earlier.scan_id = met.scan_id
     ORDER BY met.place;

    IF 0 < ANY (wanted) THEN
      RETURN QUERY
      SELECT asked.place, true, NULL::uuid, NULL::boolean, NULL::uuid, NULL::text, NULL::text, NULL::uuid, NULL::uuid,
             NULL::boolean, NULL::text, NULL::date, NULL::text, NULL::text,
             CASE WHEN asked.wanted & 4 > 0 AND card.kind <> 'test' THEN (
               SELECT cardholder.birth_date FROM cardholder WHERE cardholder.id = card.cardholder_id
             ) END,
             CASE WHEN asked.wanted & 1 > 0 THEN (
               SELECT coalesce(json_agg(json_build_object('id', offer.id, 'title', offer.title, 'sentence',
                        offer.sentence, 'terms', offer.terms, 'revision', offer.revision)
                        ORDER BY offer.published_at DESC, offer.id), '[]')
                 FROM offer
                WHERE offer.business_id = branch.business_id AND offer.status = 'published'
                  AND (NOT offer.terms ? 'branchIds' OR offer.terms -> 'branchIds' ? branch.id::text)
             ) END,
             CASE WHEN asked.wanted & 2 > 0 THEN (
               SELECT json_agg(json_build_array(counter.offer_id, counter.scope, counter.used))
                 FROM offer
                 CROSS JOIN LATERAL offer_scopes(offer.terms, card.cardholder_id, asked.today) limited
                 JOIN offer_counter counter ON counter.offer_id = offer.id AND counter.scope = limited.scope
                WHERE offer.business_id = branch.business_id AND offer.status = 'published' AND offer.terms ? 'limits'
             ) END
        FROM unnest(key_hashes, instants, days, credential_ids, card_numbers, wanted)
             WITH ORDINALITY AS asked (key_hash, at, today, credential_id, card_number, wanted, place)
        JOIN till_key ON till_key.key_hash = asked.key_hash
                     AND (till_key.ends_at IS NULL OR till_key.ends_at > asked.at)
        JOIN till ON till.id = till_key.till_id AND till.ended_at IS NULL
        JOIN branch ON branch.id = till.branch_id
        LEFT JOIN credential ON credential.id = asked.credential_id
        LEFT JOIN card numbered ON numbered.number = asked.card_number
        LEFT JOIN card ON card.id = coalesce(credential.card_id, numbered.id)
       WHERE asked.wanted > 0;
    END IF;

    IF cardinality(noted) > 0 THEN
      UPDATE till_key SET last_used_at = instants[1] WHERE till_key.key_hash = ANY (noted);
    END IF;
  END $$;
`;

const redeeming = `
  -- As the function before it, but uses of offers without a limit, which are most, are written by one statement for the
  -- whole batch; those with limits follow one by one. Rows are written in one order, so that
  -- batches do not deadlock with one another.
  CREATE FUNCTION till_redeem(items jsonb)
    RETURNS TABLE (place integer, answer text, redeemed uuid, happened timestamptz, saved integer, undone timestamptz)
    LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
  DECLARE
    item record;
    earlier redemption%ROWTYPE;
    limited record;
    taken text[];
    refused boolean;
  BEGIN
    FOR item IN
      WITH met AS (
        SELECT asked.*, till.id AS till_id, till.branch_id, validation.card_id, card.cardholder_id, offer.terms,
               CASE WHEN business.id IS NULL THEN 'unknown_till'
                    WHEN NOT 'redeem' = ANY (till.scopes) THEN 'scope_missing' END AS stranger,
               CASE WHEN validation.outcome IS DISTINCT FROM 'valid' THEN 'no_validation'
                    WHEN card.status = 'suspended' THEN 'suspended'
                    WHEN card.status = 'revoked' THEN 'revoked'
                    WHEN offer.status IS DISTINCT FROM 'published' OR branch.business_id <> offer.business_id
                      OR (offer.terms ? 'branchIds' AND NOT offer.terms -> 'branchIds' ? branch.id::text)
                      THEN 'offer_not_here'
                    WHEN offer.revision IS DISTINCT FROM asked.revision THEN 'terms_changed' END AS refusal
          FROM jsonb_to_recordset(items) AS asked (position integer, "keyHash" text, "scanId" uuid, "offerId" uuid,
               revision integer, "redemptionId" uuid, at timestamptz, "occurredAt" timestamptz, today date,
               basket integer, saving integer)
          LEFT JOIN till_key ON till_key.key_hash = asked."keyHash"
                            AND (till_key.ends_at IS NULL OR till_key.ends_at > asked.at)
          LEFT JOIN till ON till.id = till_key.till_id AND till.ended_at IS NULL
          LEFT JOIN branch ON branch.id = till.branch_id AND branch.closed_at IS NULL
          LEFT JOIN business ON business.id = branch.business_id AND business.status = 'published'
          LEFT JOIN validation ON validation.branch_id = till.branch_id AND validation.scan_id = asked."scanId"
          LEFT JOIN card ON card.id = validation.card_id
          LEFT JOIN offer ON offer.id = asked."offerId"
      ), written AS (
        INSERT INTO redemption (id, till_id, branch_id, scan_id, offer_id, offer_revision, card_id, occurred_at,
                                recorded_at, basket_pence, saving_pence)
        SELECT met."redemptionId", met.till_id, met.branch_id, met."scanId", met."offerId", met.revision, met.card_id,
               met."occurredAt", met.at, met.basket, met.saving
          FROM met WHERE met.stranger IS NULL AND met.refusal IS NULL AND NOT met.terms ? 'limits'
         ORDER BY met."offerId", met.branch_id, met."scanId"
        ON CONFLICT ON CONSTRAINT uq_redemption__branch_scan_offer DO NOTHING
        RETURNING id
      )
      SELECT met.*, written.id IS NOT NULL AS is_written
        FROM met LEFT JOIN written ON written.id = met."redemptionId"
       ORDER BY met."offerId", met.cardholder_id, met.position
    LOOP
      place := item.position; redeemed := NULL; happened := NULL; saved := NULL; undone := NULL;
      IF item.stranger IS NOT NULL THEN
        answer := item.stranger; RETURN NEXT; CONTINUE;
      END IF;
      IF item.is_written THEN
        answer := 'redeemed'; redeemed := item."redemptionId"; happened := item."occurredAt"; saved := item.saving;
        RETURN NEXT; CONTINUE;
      END IF;
      -- Asked before, whatever the rules say by now; or in this very batch.
      SELECT * INTO earlier FROM redemption
        WHERE branch_id = item.branch_id AND scan_id = item."scanId" AND offer_id = item."offerId";
      IF FOUND THEN
        answer := 'again'; redeemed := earlier.id; happened := earlier.occurred_at; saved := earlier.saving_pence;
        undone := earlier.undone_at; RETURN NEXT; CONTINUE;
      END IF;
      IF item.refusal IS NOT NULL THEN
        answer := item.refusal; RETURN NEXT; CONTINUE;
      END IF;

      taken := '{}'; refused := false;
      FOR limited IN SELECT * FROM offer_scopes(item.terms, item.cardholder_id, item.today) LOOP
        INSERT INTO offer_counter AS counter (offer_id, scope, used) VALUES (item."offerId", limited.scope, 1)
          ON CONFLICT ON CONSTRAINT pk_offer_counter DO UPDATE SET used = counter.used + 1
            WHERE counter.used < limited.most;
        IF NOT FOUND THEN refused := true; EXIT; END IF;
        taken := taken || limited.scope;
      END LOOP;
      IF NOT refused THEN
        INSERT INTO redemption (id, till_id, branch_id, scan_id, offer_id, offer_revision, card_id, occurred_at,
                                recorded_at, basket_pence, saving_pence, counted)
          VALUES (item."redemptionId", item.till_id, item.branch_id, item."scanId", item."offerId", item.revision,
                  item.card_id, item."occurredAt", item.at, item.basket, item.saving, taken)
          ON CONFLICT ON CONSTRAINT uq_redemption__branch_scan_offer DO NOTHING;
        IF FOUND THEN
          answer := 'redeemed'; redeemed := item."redemptionId"; happened := item."occurredAt"; saved := item.saving;
          RETURN NEXT; CONTINUE;
        END IF;
      END IF;
      -- Refused by a limit, or the same scan was redeemed by somebody else in this moment: give back what was counted.
      UPDATE offer_counter SET used = used - 1 WHERE offer_id = item."offerId" AND scope = ANY (taken);
      SELECT * INTO earlier FROM redemption
        WHERE branch_id = item.branch_id AND scan_id = item."scanId" AND offer_id = item."offerId";
      IF FOUND THEN
        answer := 'again'; redeemed := earlier.id; happened := earlier.occurred_at; saved := earlier.saving_pence;
        undone := earlier.undone_at;
      ELSE
        answer := 'limit_reached';
      END IF;
      RETURN NEXT;
    END LOOP;
  END $$;
`;

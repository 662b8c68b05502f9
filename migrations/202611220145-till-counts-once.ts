import type { MigrationInterface, QueryRunner } from 'typeorm';

const validateArguments =
  'uuid[], text[], uuid[], timestamptz[], date[], text[], text[], text[], boolean[], integer[], text[]';

/**
 * The till's two functions once more: a lone check starts faster, a batch adds its uses up once for each counter, and no
 * plan reads a whole table that was empty when the plan was made.
 */
export class TillCountsOnce1763770145000 implements MigrationInterface {
  name = 'TillCountsOnce1763770145000';

  async up(runner: QueryRunner): Promise<void> {
    // The functions before are kept under other names, for the way back.
    await runner.query(`
      ALTER FUNCTION till_validate(${validateArguments}) RENAME TO till_validate_together;
      ALTER FUNCTION till_redeem(jsonb) RENAME TO till_redeem_counting_each;
    `);
    await runner.query(refusing);
    await runner.query(validating);
    await runner.query(redeeming);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION till_redeem(jsonb);
      DROP TYPE till_use;
      DROP FUNCTION till_validate(${validateArguments});
      DROP FUNCTION till_refusal(text, card, credential, date, boolean);
      ALTER FUNCTION till_redeem_counting_each(jsonb) RENAME TO till_redeem;
      ALTER FUNCTION till_validate_together(${validateArguments}) RENAME TO till_validate;
    `);
  }
}

const refusing = `
  -- Why a card is refused on a day, or null. PostgreSQL puts it into the statements that use it.
  CREATE FUNCTION till_refusal(refused text, card card, credential credential, today date, is_fresh boolean)
    RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
      SELECT CASE WHEN refused IS NOT NULL THEN refused
                  WHEN card.id IS NULL THEN 'unknown_card'
                  WHEN card.end_reason = 'superseded' THEN 'superseded'
                  WHEN card.status = 'revoked' OR credential.status = 'revoked' THEN 'revoked'
                  WHEN card.status = 'suspended' THEN 'suspended'
                  WHEN card.kind = 'test' THEN 'test_card'
                  WHEN card.valid_from > today THEN 'not_yet_valid'
                  WHEN card.valid_until < today THEN 'expired'
                  -- A phone shows a code that changes; without a fresh one it is a picture of a phone.
                  WHEN credential.medium = 'phone' AND NOT is_fresh THEN 'stale_code' END
    $$;
`;

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
    IF cardinality(ids) = 1 THEN
      -- A check by itself: two small statements start in two thirds of the time of the one for many.
      place := 1; is_more := false; is_repeat := false;
      SELECT till.id, 'validate' = ANY (till.scopes), CASE WHEN business.id IS NOT NULL THEN branch.id END,
             card.id, card.printed_name, card.valid_until, card.kind, credential.medium,
             till_refusal(refusals[1], card, credential, days[1], fresh[1])
        INTO till_id, may_validate, branch_id, card_id, printed_name, valid_until, kind, medium, reason
        FROM till_key
        JOIN till ON till.id = till_key.till_id AND till.ended_at IS NULL
        LEFT JOIN branch ON branch.id = till.branch_id AND branch.closed_at IS NULL
        LEFT JOIN business ON business.id = branch.business_id AND business.status = 'published'
        LEFT JOIN credential ON credential.id = credential_ids[1]
        LEFT JOIN card ON card.id = coalesce(
                    credential.card_id, (SELECT numbered.id FROM card numbered WHERE numbered.number = card_numbers[1]))
       WHERE till_key.key_hash = key_hashes[1] AND (till_key.ends_at IS NULL OR till_key.ends_at > instants[1]);
      IF branch_id IS NOT NULL AND may_validate THEN
        outcome := CASE WHEN reason IS NULL THEN 'valid' ELSE 'not_valid' END;
        INSERT INTO validation (id, till_id, branch_id, scan_id, at, card_id, credential_id, outcome, reason)
          VALUES (ids[1], till_validate.till_id, till_validate.branch_id, scan_ids[1], instants[1],
                  till_validate.card_id, credential_ids[1], till_validate.outcome, till_validate.reason)
          ON CONFLICT ON CONSTRAINT uq_validation__branch_scan DO NOTHING;
        IF NOT FOUND THEN
          SELECT earlier.outcome, earlier.reason, earlier.card_id, true INTO outcome, reason, earlier_card_id, is_repeat
            FROM validation earlier
           WHERE earlier.branch_id = till_validate.branch_id AND earlier.scan_id = scan_ids[1];
        END IF;
      END IF;
      RETURN NEXT;
    ELSE
      RETURN QUERY
      WITH met AS (
        SELECT asked.id, asked.scan_id, asked.at, asked.credential_id, asked.place, till.id AS till_id,
               'validate' = ANY (till.scopes) AS may_validate,
               CASE WHEN business.id IS NOT NULL THEN branch.id END AS branch_id,
               card.id AS card_id, card.printed_name, card.valid_until, card.kind, credential.medium,
               till_refusal(asked.refusal, card, credential, asked.today, asked.fresh) AS refused
          FROM unnest(ids, key_hashes, scan_ids, instants, days, credential_ids, card_numbers, refusals, fresh)
               WITH ORDINALITY AS asked (id, key_hash, scan_id, at, today, credential_id, card_number, refusal, fresh, place)
          LEFT JOIN till_key ON till_key.key_hash = asked.key_hash
                            AND (till_key.ends_at IS NULL OR till_key.ends_at > asked.at)
          LEFT JOIN till ON till.id = till_key.till_id AND till.ended_at IS NULL
          LEFT JOIN branch ON branch.id = till.branch_id AND branch.closed_at IS NULL
          LEFT JOIN business ON business.id = branch.business_id AND business.status = 'published'
          LEFT JOIN credential ON credential.id = asked.credential_id
          LEFT JOIN card ON card.id = coalesce(
                      credential.card_id, (SELECT numbered.id FROM card numbered WHERE numbered.number = asked.card_number))
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
        -- By itself (OFFSET 0), so that only a repeat looks, and by the key whatever the table's size was at first.
        LEFT JOIN LATERAL (
          SELECT * FROM validation
           WHERE kept.id IS NULL AND validation.branch_id = met.branch_id AND validation.scan_id = met.scan_id OFFSET 0
        ) earlier ON true
       ORDER BY met.place;
    END IF;

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
  -- A use whose offer has limits, with the counters that it is to be added to and what each may come to.
  CREATE TYPE till_use AS (
    position integer, id uuid, till_id uuid, branch_id uuid, scan_id uuid, offer_id uuid, revision integer, card_id uuid,
    occurred_at timestamptz, recorded_at timestamptz, basket integer, saving integer, scopes text[], mosts integer[]
  );

  -- As the function before it: uses of offers without a limit, which are most, are written by one statement for the whole
  -- batch. Those with limits are decided one after the other within the batch, and then written, and added to their
  -- counters, by one statement too.
  CREATE FUNCTION till_redeem(items jsonb)
    RETURNS TABLE (place integer, answer text, redeemed uuid, happened timestamptz, saved integer, undone timestamptz)
    LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
  DECLARE
    item record;
    earlier redemption%ROWTYPE;
    use till_use;
    limited till_use[] := '{}';
    -- The counters, by offer and scope, and their uses together with those that this batch has accepted so far.
    counters text[];
    used integer[];
    found_before integer[];
    accepted integer[] := '{}';
    recorded uuid[];
    places integer[];
    is_full boolean;
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
          -- By itself (OFFSET 0): by the key, whatever the table's size was when the plan was made.
          LEFT JOIN LATERAL (
            SELECT * FROM validation
             WHERE validation.branch_id = till.branch_id AND validation.scan_id = asked."scanId" OFFSET 0
          ) validation ON true
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
      IF item.refusal IS NULL AND item.terms ? 'limits' THEN
        SELECT array_agg(scopes.scope), array_agg(scopes.most) INTO use.scopes, use.mosts
          FROM offer_scopes(item.terms, item.cardholder_id, item.today) scopes WHERE scopes.scope IS NOT NULL;
        limited := limited || ROW(item.position, item."redemptionId", item.till_id, item.branch_id, item."scanId",
          item."offerId", item.revision, item.card_id, item."occurredAt", item.at, item.basket, item.saving,
          coalesce(use.scopes, '{}'), coalesce(use.mosts, '{}'))::till_use;
        CONTINUE;
      END IF;
      -- Asked before, whatever the rules say by now; or in this very batch.
      SELECT * INTO earlier FROM redemption
        WHERE branch_id = item.branch_id AND scan_id = item."scanId" AND offer_id = item."offerId";
      IF FOUND THEN
        answer := 'again'; redeemed := earlier.id; happened := earlier.occurred_at; saved := earlier.saving_pence;
        undone := earlier.undone_at;
      ELSE
        answer := item.refusal;
      END IF;
      RETURN NEXT;
    END LOOP;
    IF cardinality(limited) = 0 THEN RETURN; END IF;

    -- All counters of the batch, in the order in which uploads take them too (till_record_offline): from here on nobody
    -- else can record a use that would be added to one of them.
    WITH locked AS (
      INSERT INTO offer_counter AS counter (offer_id, scope, used)
        SELECT wanted.offer_id, wanted.scope, 0 FROM (
          SELECT DISTINCT asked.offer_id, scopes.scope,
                 CASE split_part(scopes.scope, ':', 1) WHEN 'total' THEN 1 WHEN 'day' THEN 2 ELSE 3 END AS class
            FROM unnest(limited) asked CROSS JOIN LATERAL unnest(asked.scopes) AS scopes (scope)
        ) wanted
        ORDER BY wanted.offer_id, wanted.class, wanted.scope COLLATE "C"
        ON CONFLICT ON CONSTRAINT pk_offer_counter DO UPDATE SET used = counter.used
        RETURNING counter.offer_id, counter.scope, counter.used
    )
    SELECT array_agg(locked.offer_id || locked.scope), array_agg(locked.used) INTO counters, used FROM locked;

    -- Recorded before, or twice in this batch.
    SELECT coalesce(array_agg(asked.position), '{}') INTO found_before
      FROM (SELECT each.position, each.branch_id, each.scan_id, each.offer_id,
                   row_number() OVER (PARTITION BY each.branch_id, each.scan_id, each.offer_id ORDER BY each.position) AS copy
              FROM unnest(limited) each) asked
     WHERE asked.copy > 1
        OR EXISTS (SELECT FROM redemption WHERE redemption.branch_id = asked.branch_id
                      AND redemption.scan_id = asked.scan_id AND redemption.offer_id = asked.offer_id);

    FOREACH use IN ARRAY limited LOOP
      CONTINUE WHEN use.position = ANY (found_before);
      places := '{}'; is_full := false;
      FOR index IN 1 .. cardinality(use.scopes) LOOP
        places := places || array_position(counters, use.offer_id || use.scopes[index]);
        is_full := is_full OR used[places[index]] >= use.mosts[index];
      END LOOP;
      CONTINUE WHEN is_full;
      FOR index IN 1 .. cardinality(places) LOOP
        used[places[index]] := used[places[index]] + 1;
      END LOOP;
      accepted := accepted || use.position;
    END LOOP;

    WITH kept AS (
      INSERT INTO redemption (id, till_id, branch_id, scan_id, offer_id, offer_revision, card_id, occurred_at,
                              recorded_at, basket_pence, saving_pence, counted)
      SELECT asked.id, asked.till_id, asked.branch_id, asked.scan_id, asked.offer_id, asked.revision, asked.card_id,
             asked.occurred_at, asked.recorded_at, asked.basket, asked.saving, asked.scopes
        FROM unnest(limited) asked WHERE asked.position = ANY (accepted)
       ORDER BY asked.offer_id, asked.branch_id, asked.scan_id
      ON CONFLICT ON CONSTRAINT uq_redemption__branch_scan_offer DO NOTHING
      RETURNING id, offer_id, counted
    ), added AS (
      UPDATE offer_counter counter SET used = counter.used + more.uses
        FROM (SELECT kept.offer_id, scopes.scope, count(*)::integer AS uses
                FROM kept CROSS JOIN LATERAL unnest(kept.counted) AS scopes (scope)
               GROUP BY kept.offer_id, scopes.scope) more
       WHERE counter.offer_id = more.offer_id AND counter.scope = more.scope
    )
    SELECT coalesce(array_agg(kept.id), '{}') INTO recorded FROM kept;

    FOREACH use IN ARRAY limited LOOP
      place := use.position;
      IF use.id = ANY (recorded) THEN
        answer := 'redeemed'; redeemed := use.id; happened := use.occurred_at; saved := use.saving; undone := NULL;
      ELSE
        SELECT * INTO earlier FROM redemption
          WHERE branch_id = use.branch_id AND scan_id = use.scan_id AND offer_id = use.offer_id;
        answer := CASE WHEN FOUND THEN 'again' ELSE 'limit_reached' END;
        redeemed := earlier.id; happened := earlier.occurred_at; saved := earlier.saving_pence;
        undone := earlier.undone_at;
      END IF;
      RETURN NEXT;
    END LOOP;
  END $$;
`;

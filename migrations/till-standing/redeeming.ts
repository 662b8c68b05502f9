/** `till_record`: uses of offers, a batch at a time. */
export const redeeming = `
  -- A use that the first statement of a batch could not settle: its offer has limits, or something refuses it, unless it
  -- was recorded before.
  CREATE TYPE till_asked_use AS (
    place integer, id uuid, till_id uuid, branch_id uuid, scan_id uuid, offer_id uuid, revision integer, card_id uuid,
    occurred_at timestamptz, recorded_at timestamptz, basket integer, saving integer, refusal text,
    -- the counters it is to be added to and what each may come to; null where a refusal stands against it, or no limit
    scopes text[], mosts integer[]
  );

  -- Records a batch of uses. "revisions" and "savings" are those that the caller worked out the rules with; should the terms
  -- have changed since, it is told 'terms_changed' and asks again. "answers" has a word for each in the order of the arrays:
  -- 'redeemed', 'again', or why not; "earlier" what is on record for those that were recorded before.
  --
  -- Uses of offers without a limit, which are most, are written by one statement for the whole batch. Those with limits are
  -- decided one after the other within the batch, and then written, and added to their counters, by one statement too.
  CREATE FUNCTION till_record(
    ids uuid[], key_hashes text[], scan_ids uuid[], offer_ids uuid[], revisions integer[], recorded timestamptz[],
    occurred timestamptz[], days date[], baskets integer[], savings integer[]
  ) RETURNS json LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_material = off AS $$
  DECLARE
    answers text[];
    unsettled till_asked_use[];
    limited till_asked_use[];
    use till_asked_use;
    -- The counters, by offer and scope, and their uses together with those that this batch has accepted so far.
    counters text[];
    used integer[];
    found_before integer[];
    accepted integer[] := '{}';
    kept integer[];
    places integer[];
    place integer;
    is_full boolean;
    earlier json;
  BEGIN
    WITH met AS MATERIALIZED (
      SELECT asked.*, till_key.till_id, till_key.branch_id, validation.card_id, card.cardholder_id, offer.terms,
             CASE WHEN till_key.till_id IS NULL THEN 'unknown_till'
                  WHEN NOT 'redeem' = ANY (till_key.scopes) THEN 'scope_missing' END AS stranger,
             CASE WHEN validation.outcome IS DISTINCT FROM 'valid' THEN 'no_validation'
                  WHEN card.status = 'suspended' THEN 'suspended'
                  WHEN card.status = 'revoked' THEN 'revoked'
                  WHEN offer.status IS DISTINCT FROM 'published' OR till_key.business_id <> offer.business_id
                    OR (offer.terms ? 'branchIds' AND NOT offer.terms -> 'branchIds' ? till_key.branch_id::text)
                    THEN 'offer_not_here'
                  WHEN offer.revision IS DISTINCT FROM asked.revision THEN 'terms_changed' END AS refusal,
             offer.terms ? 'limits' AS is_limited
        FROM unnest(ids, key_hashes, scan_ids, offer_ids, revisions, recorded, occurred, days, baskets, savings)
             WITH ORDINALITY AS asked (id, key_hash, scan_id, offer_id, revision, recorded_at, occurred_at, today, basket,
                                       saving, place)
        LEFT JOIN till_key ON till_key.key_hash = asked.key_hash AND till_key.works
                          AND (till_key.ends_at IS NULL OR till_key.ends_at > asked.recorded_at)
        -- By itself (OFFSET 0): by the key, whatever the table's size was when the plan was made.
        LEFT JOIN LATERAL (
          SELECT validation.outcome, validation.card_id FROM validation
           WHERE validation.branch_id = till_key.branch_id AND validation.scan_id = asked.scan_id OFFSET 0
        ) validation ON true
        LEFT JOIN card ON card.id = validation.card_id
        LEFT JOIN offer ON offer.id = asked.offer_id
    ), written AS (
      INSERT INTO redemption (id, till_id, branch_id, scan_id, offer_id, offer_revision, card_id, occurred_at,
                              recorded_at, basket_pence, saving_pence)
      SELECT met.id, met.till_id, met.branch_id, met.scan_id, met.offer_id, met.revision, met.card_id,
             met.occurred_at, met.recorded_at, met.basket, met.saving
        FROM met WHERE met.stranger IS NULL AND met.refusal IS NULL AND NOT met.is_limited
       ORDER BY met.offer_id, met.branch_id, met.scan_id
      ON CONFLICT ON CONSTRAINT uq_redemption__branch_scan_offer DO NOTHING
      RETURNING id
    ), settled AS (
      SELECT met.*, CASE WHEN met.stranger IS NOT NULL THEN met.stranger
                         WHEN met.id IN (SELECT written.id FROM written) THEN 'redeemed' END AS answer
        FROM met
    )
    SELECT array_agg(settled.answer ORDER BY settled.place),
           array_agg(ROW(settled.place, settled.id, settled.till_id, settled.branch_id, settled.scan_id, settled.offer_id,
                         settled.revision, settled.card_id, settled.occurred_at, settled.recorded_at, settled.basket,
                         settled.saving, settled.refusal,
                         CASE WHEN settled.refusal IS NULL AND settled.is_limited THEN coalesce(scopes.scopes, '{}') END,
                         coalesce(scopes.mosts, '{}'))::till_asked_use
                     ORDER BY settled.offer_id, settled.cardholder_id, settled.place) FILTER (WHERE settled.answer IS NULL)
      INTO answers, unsettled
      FROM settled
      LEFT JOIN LATERAL (
        SELECT array_agg(each.scope) AS scopes, array_agg(each.most) AS mosts
          FROM offer_scopes(settled.terms, settled.cardholder_id, settled.today) each
         WHERE settled.answer IS NULL AND settled.refusal IS NULL AND settled.is_limited AND each.scope IS NOT NULL
      ) scopes ON true;
    IF unsettled IS NULL THEN
      RETURN json_build_object('answers', answers);
    END IF;

    SELECT array_agg(each) INTO limited FROM unnest(unsettled) each WHERE each.scopes IS NOT NULL;
    IF limited IS NOT NULL THEN
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
      SELECT coalesce(array_agg(asked.place), '{}') INTO found_before
        FROM (SELECT each.place, each.branch_id, each.scan_id, each.offer_id,
                     row_number() OVER (PARTITION BY each.branch_id, each.scan_id, each.offer_id ORDER BY each.place) AS copy
                FROM unnest(limited) each) asked
       WHERE asked.copy > 1
          OR EXISTS (SELECT FROM redemption WHERE redemption.branch_id = asked.branch_id
                        AND redemption.scan_id = asked.scan_id AND redemption.offer_id = asked.offer_id);

      FOREACH use IN ARRAY limited LOOP
        CONTINUE WHEN use.place = ANY (found_before);
        places := '{}'; is_full := false;
        FOR index IN 1 .. cardinality(use.scopes) LOOP
          places := places || array_position(counters, use.offer_id || use.scopes[index]);
          is_full := is_full OR used[places[index]] >= use.mosts[index];
        END LOOP;
        IF is_full THEN
          answers[use.place] := 'limit_reached';
          CONTINUE;
        END IF;
        FOR index IN 1 .. cardinality(places) LOOP
          used[places[index]] := used[places[index]] + 1;
        END LOOP;
        accepted := accepted || use.place;
      END LOOP;

      WITH written AS (
        INSERT INTO redemption (id, till_id, branch_id, scan_id, offer_id, offer_revision, card_id, occurred_at,
                                recorded_at, basket_pence, saving_pence, counted)
        SELECT asked.id, asked.till_id, asked.branch_id, asked.scan_id, asked.offer_id, asked.revision, asked.card_id,
               asked.occurred_at, asked.recorded_at, asked.basket, asked.saving, asked.scopes
          FROM unnest(limited) asked WHERE asked.place = ANY (accepted)
         ORDER BY asked.offer_id, asked.branch_id, asked.scan_id
        ON CONFLICT ON CONSTRAINT uq_redemption__branch_scan_offer DO NOTHING
        RETURNING id, offer_id, counted
      ), added AS (
        UPDATE offer_counter counter SET used = counter.used + more.uses
          FROM (SELECT written.offer_id, scopes.scope, count(*)::integer AS uses
                  FROM written CROSS JOIN LATERAL unnest(written.counted) AS scopes (scope)
                 GROUP BY written.offer_id, scopes.scope) more
         WHERE counter.offer_id = more.offer_id AND counter.scope = more.scope
      )
      SELECT array_agg(array_position(ids, written.id)) INTO kept FROM written;
      FOREACH place IN ARRAY coalesce(kept, '{}') LOOP
        answers[place] := 'redeemed';
      END LOOP;
    END IF;

    -- Asked before, whatever the rules say by now, or twice in this very batch; else what stands against it.
    SELECT json_agg(json_build_object('place', found.place, 'id', found.id, 'happened', found.occurred_at,
                                      'saved', found.saving_pence, 'undone', found.undone_at))
      INTO earlier
      FROM (SELECT asked.place, redemption.id, redemption.occurred_at, redemption.saving_pence, redemption.undone_at
              FROM unnest(unsettled) asked
              JOIN redemption ON redemption.branch_id = asked.branch_id AND redemption.scan_id = asked.scan_id
                             AND redemption.offer_id = asked.offer_id
             WHERE answers[asked.place] IS DISTINCT FROM 'redeemed') found;
    FOREACH use IN ARRAY unsettled LOOP
      answers[use.place] := coalesce(answers[use.place], use.refusal);
    END LOOP;
    RETURN json_build_object('answers', answers, 'earlier', earlier);
  END $$;
`;

/** `till_checks`: any number of checks in one statement. */
export const batch = `
  -- Checks a batch of cards: authenticates the till, finds the card, decides, keeps the validation. "answers" has an array
  -- as that of till_check_lone for each in the order of the arrays. What the caller knows already it does not ask for; what
  -- it wants besides comes in "more", and counters in "uses", with the place of the check that they belong to.
  CREATE FUNCTION till_checks(
    ids uuid[], key_hashes text[], scan_ids uuid[], instants timestamptz[], days date[], credential_ids text[],
    card_numbers text[], refusals text[],
    -- whether the code that changes every half minute was right
    fresh boolean[],
    -- sum of 1 for the branch's offers, 2 for what was used of their limits, 4 for the date of birth and the hours of caring
    wanted integer[],
    -- keys of tills whose use is to be noted
    noted text[],
    -- counters of limits, each for the check in a place; an asterisk in a scope stands for the cardholder
    counter_places integer[], counter_offers uuid[], counter_scopes text[]
  ) RETURNS json LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan
  -- Every look-up is by a key. The plan is made when tables are empty, where reading all of them looks cheaper.
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_material = off AS $$
  DECLARE
    answers json;
    more json;
    uses json;
    were_kept boolean;
    holders uuid[];
    singly json[];
  BEGIN
    IF cardinality(ids) = 1 THEN
      answers := json_build_array(till_check_lone(ids[1], key_hashes[1], scan_ids[1], instants[1], days[1],
                                                  credential_ids[1], card_numbers[1], refusals[1], fresh[1],
                                                  counter_offers, counter_scopes));
    ELSE
      WITH met AS MATERIALIZED (
        SELECT asked.id, asked.scan_id, asked.at, asked.credential_id, asked.place, till_key.till_id,
               'validate' = ANY (till_key.scopes) AS may_validate, till_key.branch_id,
               card.id AS card_id, card.cardholder_id, card.printed_name, card.valid_until, card.kind, credential.medium,
               till_refusal(asked.refusal, card, credential, asked.today, asked.fresh) AS refused
          FROM unnest(ids, key_hashes, scan_ids, instants, days, credential_ids, card_numbers, refusals, fresh)
               WITH ORDINALITY AS asked (id, key_hash, scan_id, at, today, credential_id, card_number, refusal, fresh, place)
          LEFT JOIN till_key ON till_key.key_hash = asked.key_hash AND till_key.works
                            AND (till_key.ends_at IS NULL OR till_key.ends_at > asked.at)
          LEFT JOIN credential ON credential.id = asked.credential_id
          LEFT JOIN card ON card.id = coalesce(
                      credential.card_id, (SELECT numbered.id FROM card numbered WHERE numbered.number = asked.card_number))
      ), kept AS (
        INSERT INTO validation (id, till_id, branch_id, scan_id, at, card_id, credential_id, outcome, reason)
        SELECT met.id, met.till_id, met.branch_id, met.scan_id, met.at, met.card_id, met.credential_id,
               CASE WHEN met.refused IS NULL THEN 'valid' ELSE 'not_valid' END, met.refused
          -- In one order, so that two batches with the same scans wait for each other one way only.
          FROM met WHERE met.may_validate ORDER BY met.branch_id, met.scan_id
        ON CONFLICT ON CONSTRAINT uq_validation__branch_scan DO NOTHING
        RETURNING 1
      )
      SELECT json_agg(json_build_array(
               met.till_id, met.may_validate, met.branch_id,
               CASE WHEN met.may_validate THEN CASE WHEN met.refused IS NULL THEN 'valid' ELSE 'not_valid' END END,
               met.refused, met.card_id, NULL, false, met.printed_name, met.valid_until, met.kind, met.medium
             ) ORDER BY met.place),
             array_agg(met.cardholder_id ORDER BY met.place),
             count(*) FILTER (WHERE met.may_validate) = (SELECT count(*) FROM kept)
        INTO answers, holders, were_kept
        FROM met;
      IF NOT were_kept THEN
        -- Some were asked before, which is rare: each is looked at by itself. Those just kept know themselves by their id.
        FOR place IN 1 .. cardinality(ids) LOOP
          singly[place] := till_check_lone(ids[place], key_hashes[place], scan_ids[place], instants[place], days[place],
                                           credential_ids[place], card_numbers[place], refusals[place], fresh[place],
                                           '{}', '{}');
        END LOOP;
        answers := array_to_json(singly);
      END IF;
      IF cardinality(counter_places) > 0 THEN
        SELECT json_agg(json_build_array(asked.place, counter.offer_id, counter.scope, counter.used)) INTO uses
          FROM unnest(counter_places, counter_offers, counter_scopes) AS asked (place, offer_id, scope)
          JOIN offer_counter counter ON counter.offer_id = asked.offer_id
                                    AND counter.scope = replace(asked.scope, '*', holders[asked.place]::text);
      END IF;
    END IF;

    IF 0 < ANY (wanted) THEN
      SELECT json_agg(json_build_object(
               'place', asked.place,
               'birth_date', CASE WHEN asked.wanted & 4 > 0 AND card.kind <> 'test' THEN (
                 SELECT cardholder.birth_date FROM cardholder WHERE cardholder.id = card.cardholder_id
               ) END,
               'hours_of_caring', CASE WHEN asked.wanted & 4 > 0 AND card.kind <> 'test' THEN (
                 SELECT cardholder.hours_of_caring FROM cardholder WHERE cardholder.id = card.cardholder_id
               ) END,
               'offers', CASE WHEN asked.wanted & 1 > 0 THEN (
                 SELECT coalesce(json_agg(json_build_object('id', offer.id, 'title', offer.title, 'sentence',
                          offer.sentence, 'terms', offer.terms, 'revision', offer.revision)
                          ORDER BY offer.published_at DESC, offer.id), '[]')
                   FROM offer
                  WHERE offer.business_id = till_key.business_id AND offer.status = 'published'
                    AND (NOT offer.terms ? 'branchIds' OR offer.terms -> 'branchIds' ? till_key.branch_id::text)
               ) END,
               'uses', CASE WHEN asked.wanted & 2 > 0 THEN (
                 SELECT json_agg(json_build_array(counter.offer_id, counter.scope, counter.used))
                   FROM offer
                   CROSS JOIN LATERAL offer_scopes(offer.terms, card.cardholder_id, asked.today) limited
                   JOIN offer_counter counter ON counter.offer_id = offer.id AND counter.scope = limited.scope
                  WHERE offer.business_id = till_key.business_id AND offer.status = 'published' AND offer.terms ? 'limits'
               ) END
             ))
        INTO more
        FROM unnest(key_hashes, instants, days, credential_ids, card_numbers, wanted)
             WITH ORDINALITY AS asked (key_hash, at, today, credential_id, card_number, wanted, place)
        JOIN till_key ON till_key.key_hash = asked.key_hash AND till_key.works
                     AND (till_key.ends_at IS NULL OR till_key.ends_at > asked.at)
        LEFT JOIN credential ON credential.id = asked.credential_id
        LEFT JOIN card ON card.id = coalesce(
                    credential.card_id, (SELECT numbered.id FROM card numbered WHERE numbered.number = asked.card_number))
       WHERE asked.wanted > 0;
    END IF;

    IF cardinality(noted) > 0 THEN
      UPDATE till_key SET last_used_at = instants[1] WHERE till_key.key_hash = ANY (noted);
    END IF;
    RETURN json_build_object('answers', answers, 'more', more, 'uses', uses);
  END $$;
`;

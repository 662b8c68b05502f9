/** `till_check_lone`: a check by itself, in look-ups by key and an INSERT that are each small enough to start quickly. */
export const one = `
  -- Checks one card and keeps the validation; where there is one of the same scan already, that is the answer. An array:
  -- till, may it check, branch (null where its business takes no part at present), outcome (null where the same scan is
  -- being written by somebody else in this moment), reason, card, card of the earlier check with this scan, was there one,
  -- printed name, last day, kind, medium, and of the counters asked for those there are: offer, scope, used.
  CREATE FUNCTION till_check_lone(
    new_id uuid, the_key text, scan uuid, instant timestamptz, day date, credential_of text, number_of text,
    refused text, is_fresh boolean,
    -- counters of the branch's limits; an asterisk in a scope stands for the cardholder
    counter_offers uuid[], counter_scopes text[]
  ) RETURNS json LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan
  -- Every look-up is by a key. The plan is made when tables are empty, where reading all of them looks cheaper.
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_material = off AS $$
  DECLARE
    till uuid;
    may_validate boolean;
    branch uuid;
    the_credential credential;
    the_card card;
    verdict text;
    why text;
    earlier record;
    earlier_card uuid;
    is_repeat boolean := false;
    uses json;
  BEGIN
    SELECT till_key.till_id, 'validate' = ANY (till_key.scopes), till_key.branch_id INTO till, may_validate, branch
      FROM till_key
     WHERE till_key.key_hash = the_key AND till_key.works AND (till_key.ends_at IS NULL OR till_key.ends_at > instant);
    IF may_validate IS NOT TRUE THEN
      RETURN json_build_array(till, may_validate, branch);
    END IF;
    IF credential_of IS NOT NULL THEN
      SELECT * INTO the_credential FROM credential WHERE credential.id = credential_of;
      SELECT * INTO the_card FROM card WHERE card.id = the_credential.card_id;
    ELSIF number_of IS NOT NULL THEN
      SELECT * INTO the_card FROM card WHERE card.number = number_of;
    END IF;
    IF cardinality(counter_offers) > 0 THEN
      SELECT json_agg(json_build_array(counter.offer_id, counter.scope, counter.used)) INTO uses
        FROM unnest(counter_offers, counter_scopes) AS asked (offer_id, scope)
        JOIN offer_counter counter ON counter.offer_id = asked.offer_id
                                  AND counter.scope = replace(asked.scope, '*', the_card.cardholder_id::text);
    END IF;
    why := till_refusal(refused, the_card, the_credential, day, is_fresh);
    verdict := CASE WHEN why IS NULL THEN 'valid' ELSE 'not_valid' END;
    INSERT INTO validation (id, till_id, branch_id, scan_id, at, card_id, credential_id, outcome, reason)
      VALUES (new_id, till, branch, scan, instant, the_card.id, credential_of, verdict, why)
      ON CONFLICT ON CONSTRAINT uq_validation__branch_scan DO NOTHING;
    IF NOT FOUND THEN
      -- A statement of its own sees what another has committed while this one waited for it.
      SELECT validation.id, validation.outcome, validation.reason, validation.card_id INTO earlier
        FROM validation WHERE validation.branch_id = branch AND validation.scan_id = scan;
      IF earlier.id IS DISTINCT FROM new_id THEN
        verdict := earlier.outcome;
        why := earlier.reason;
        earlier_card := earlier.card_id;
        is_repeat := true;
      END IF;
    END IF;
    RETURN json_build_array(till, true, branch, verdict, why, the_card.id, earlier_card, is_repeat,
                            the_card.printed_name, the_card.valid_until, the_card.kind, the_credential.medium, uses);
  END $$;
`;

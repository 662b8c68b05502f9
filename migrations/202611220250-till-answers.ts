import type { MigrationInterface, QueryRunner } from 'typeorm';

const validateArguments =
  'uuid[], text[], uuid[], timestamptz[], date[], text[], text[], text[], boolean[], integer[], text[]';

/**
 * A check of cards is answered with one value instead of a row of twenty columns for each: describing and reading the
 * columns took the program longer than anything else of its own.
 */
export class TillAnswers1763770250000 implements MigrationInterface {
  name = 'TillAnswers1763770250000';

  async up(runner: QueryRunner): Promise<void> {
    // The function before is kept under another name, for the way back.
    await runner.query(`ALTER FUNCTION till_validate(${validateArguments}) RENAME TO till_validate_in_rows`);
    await runner.query(answer);
    await runner.query(validating);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION till_validate(${validateArguments});
      DROP TYPE till_answer;
      ALTER FUNCTION till_validate_in_rows(${validateArguments}) RENAME TO till_validate;
    `);
  }
}

const answer = `
  -- What is answered to one check. "branch_id" is null where the till's business takes no part at present, "outcome" where
  -- the same scan is being written by somebody else in this moment.
  CREATE TYPE till_answer AS (
    till_id uuid, may_validate boolean, branch_id uuid, outcome text, reason text, card_id uuid, earlier_card_id uuid,
    is_repeat boolean, printed_name text, valid_until date, kind text, medium text
  );
`;

const validating = `
  -- Checks a batch of cards: authenticates the till, finds the card, decides, keeps the validation. "answers" has a
  -- till_answer for each in the order of the arrays. What the caller knows already it does not ask for; what it wants
  -- besides comes in "more", with the place of the check that it belongs to.
  CREATE FUNCTION till_validate(
    ids uuid[], key_hashes text[], scan_ids uuid[], instants timestamptz[], days date[], credential_ids text[],
    card_numbers text[], refusals text[],
    -- whether the code that changes every half minute was right
    fresh boolean[],
    -- sum of 1 for the branch's offers, 2 for what was used of their limits, 4 for the date of birth
    wanted integer[],
    -- keys of tills whose use is to be noted
    noted text[],
    OUT answers json, OUT more json
  ) LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan
  -- Every look-up is by a key. The plan is made when tables are empty, where reading all of them looks cheaper.
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
  DECLARE
    answer till_answer;
  BEGIN
    IF cardinality(ids) = 1 THEN
      -- A check by itself: two small statements start in two thirds of the time of the one for many.
      SELECT till.id, 'validate' = ANY (till.scopes), CASE WHEN business.id IS NOT NULL THEN branch.id END,
             card.id, card.printed_name, card.valid_until, card.kind, credential.medium,
             till_refusal(refusals[1], card, credential, days[1], fresh[1])
        INTO answer.till_id, answer.may_validate, answer.branch_id,
             answer.card_id, answer.printed_name, answer.valid_until, answer.kind, answer.medium, answer.reason
        FROM till_key
        JOIN till ON till.id = till_key.till_id AND till.ended_at IS NULL
        LEFT JOIN branch ON branch.id = till.branch_id AND branch.closed_at IS NULL
        LEFT JOIN business ON business.id = branch.business_id AND business.status = 'published'
        LEFT JOIN credential ON credential.id = credential_ids[1]
        LEFT JOIN card ON card.id = coalesce(
                    credential.card_id, (SELECT numbered.id FROM card numbered WHERE numbered.number = card_numbers[1]))
       WHERE till_key.key_hash = key_hashes[1] AND (till_key.ends_at IS NULL OR till_key.ends_at > instants[1]);
      answer.is_repeat := false;
      IF answer.branch_id IS NOT NULL AND answer.may_validate THEN
        answer.outcome := CASE WHEN answer.reason IS NULL THEN 'valid' ELSE 'not_valid' END;
        INSERT INTO validation (id, till_id, branch_id, scan_id, at, card_id, credential_id, outcome, reason)
          VALUES (ids[1], answer.till_id, answer.branch_id, scan_ids[1], instants[1], answer.card_id, credential_ids[1],
                  answer.outcome, answer.reason)
          ON CONFLICT ON CONSTRAINT uq_validation__branch_scan DO NOTHING;
        IF NOT FOUND THEN
          SELECT earlier.outcome, earlier.reason, earlier.card_id, true
            INTO answer.outcome, answer.reason, answer.earlier_card_id, answer.is_repeat
            FROM validation earlier
           WHERE earlier.branch_id = answer.branch_id AND earlier.scan_id = scan_ids[1];
        END IF;
      END IF;
      answers := json_build_array(answer);
    ELSE
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
      SELECT json_agg(ROW(
               met.till_id, met.may_validate, met.branch_id,
               CASE WHEN earlier.id IS NOT NULL THEN earlier.outcome
                    WHEN kept.id IS NULL THEN NULL
                    WHEN met.refused IS NULL THEN 'valid' ELSE 'not_valid' END,
               CASE WHEN earlier.id IS NOT NULL THEN earlier.reason ELSE met.refused END,
               met.card_id, earlier.card_id, earlier.id IS NOT NULL,
               met.printed_name, met.valid_until, met.kind, met.medium
             )::till_answer ORDER BY met.place)
        INTO answers
        FROM met
        LEFT JOIN kept ON kept.id = met.id
        -- By itself (OFFSET 0), so that only a repeat looks, and by the key whatever the table's size was at first.
        LEFT JOIN LATERAL (
          SELECT * FROM validation
           WHERE kept.id IS NULL AND validation.branch_id = met.branch_id AND validation.scan_id = met.scan_id OFFSET 0
        ) earlier ON true;
    END IF;

    IF 0 < ANY (wanted) THEN
      SELECT json_agg(json_build_object(
               'place', asked.place,
               'birth_date', CASE WHEN asked.wanted & 4 > 0 AND card.kind <> 'test' THEN (
                 SELECT cardholder.birth_date FROM cardholder WHERE cardholder.id = card.cardholder_id
               ) END,
               'offers', CASE WHEN asked.wanted & 1 > 0 THEN (
                 SELECT coalesce(json_agg(json_build_object('id', offer.id, 'title', offer.title, 'sentence',
                          offer.sentence, 'terms', offer.terms, 'revision', offer.revision)
                          ORDER BY offer.published_at DESC, offer.id), '[]')
                   FROM offer
                  WHERE offer.business_id = branch.business_id AND offer.status = 'published'
                    AND (NOT offer.terms ? 'branchIds' OR offer.terms -> 'branchIds' ? branch.id::text)
               ) END,
               'uses', CASE WHEN asked.wanted & 2 > 0 THEN (
                 SELECT json_agg(json_build_array(counter.offer_id, counter.scope, counter.used))
                   FROM offer
                   CROSS JOIN LATERAL offer_scopes(offer.terms, card.cardholder_id, asked.today) limited
                   JOIN offer_counter counter ON counter.offer_id = offer.id AND counter.scope = limited.scope
                  WHERE offer.business_id = branch.business_id AND offer.status = 'published' AND offer.terms ? 'limits'
               ) END
             ))
        INTO more
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

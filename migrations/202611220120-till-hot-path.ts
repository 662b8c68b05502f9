import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The check of a card as a function. Its one statement joins seven tables, and PostgreSQL, which guesses that the plan
 * for a short batch is worth making anew, spent four times as long on planning as on the work: a function can say that
 * one plan is good for all.
 */
export class TillHotPath1763770120000 implements MigrationInterface {
  name = 'TillHotPath1763770120000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(validate);
    await redefine(runner, withoutScope, withScope);
    await runner.query('ALTER FUNCTION till_redeem(jsonb) SET plan_cache_mode = force_generic_plan');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER FUNCTION till_redeem(jsonb) RESET plan_cache_mode');
    await redefine(runner, withScope, withoutScope);
    await runner.query(
      'DROP FUNCTION till_validate(uuid[], text[], uuid[], timestamptz[], date[], text[], text[], text[], boolean[], boolean[], boolean[], boolean[], boolean[])',
    );
  }
}

const validate = `
  -- Checks a batch of cards, one row for each in the order of the arrays: authenticates the till, finds the card, decides,
  -- keeps the validation. What the caller knows already it does not ask for: offers, uses of limits, a date of birth.
  CREATE FUNCTION till_validate(
    ids uuid[], key_hashes text[], scan_ids uuid[], instants timestamptz[], days date[], credential_ids text[],
    card_numbers text[], refusals text[],
    -- whether the code that changes every half minute was right
    fresh boolean[],
    -- whether to note that the till is in use, to give its offers, their uses, the date of birth
    touched boolean[], wants_offers boolean[], wants_uses boolean[], wants_birth boolean[]
  ) RETURNS TABLE (
    till_id uuid, may_validate boolean, branch_id uuid, outcome text, reason text, at timestamptz, card_id uuid,
    earlier_card_id uuid, is_repeat boolean, printed_name text, valid_until date, kind text, medium text,
    birth_date text, offers json, uses json
  ) LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan
  -- Every look-up is by a key. The plan is made when tables are empty, where reading all of them looks cheaper.
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
  #variable_conflict use_column
  BEGIN
    RETURN QUERY
    WITH asked AS (
      SELECT * FROM unnest(ids, key_hashes, scan_ids, instants, days, credential_ids, card_numbers, refusals, fresh,
                           touched, wants_offers, wants_uses, wants_birth)
        WITH ORDINALITY AS asked (id, key_hash, scan_id, at, today, credential_id, card_number, refusal, fresh, touched,
                                  wants_offers, wants_uses, wants_birth, place)
    ), met AS (
      SELECT asked.*, till.id AS till_id, 'validate' = ANY (till.scopes) AS may_validate,
             CASE WHEN business.id IS NOT NULL THEN branch.id END AS branch_id, business.id AS business_id,
             card.id AS card_id, card.cardholder_id, card.printed_name, card.valid_until, card.kind, credential.medium,
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
        FROM asked
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
    ), used AS (
      UPDATE till_key SET last_used_at = met.at FROM met
       WHERE met.touched AND till_key.key_hash = met.key_hash AND met.branch_id IS NOT NULL
    )
    SELECT met.till_id, met.may_validate, met.branch_id,
           CASE WHEN earlier.id IS NOT NULL THEN earlier.outcome
                WHEN kept.id IS NULL THEN NULL
                WHEN met.refused IS NULL THEN 'valid' ELSE 'not_valid' END,
           CASE WHEN earlier.id IS NOT NULL THEN earlier.reason ELSE met.refused END,
           coalesce(earlier.at, met.at), met.card_id, earlier.card_id, earlier.id IS NOT NULL,
           met.printed_name, met.valid_until, met.kind, met.medium,
           CASE WHEN met.wants_birth AND met.kind <> 'test' AND met.refused IS NULL
                THEN (SELECT cardholder.birth_date FROM cardholder WHERE cardholder.id = met.cardholder_id) END,
           CASE WHEN met.wants_offers THEN (
             SELECT coalesce(json_agg(json_build_object('id', offer.id, 'title', offer.title, 'sentence', offer.sentence,
                      'terms', offer.terms, 'revision', offer.revision) ORDER BY offer.published_at DESC, offer.id), '[]')
               FROM offer
              WHERE offer.business_id = met.business_id AND offer.status = 'published'
                AND (NOT offer.terms ? 'branchIds' OR offer.terms -> 'branchIds' ? met.branch_id::text)
           ) END,
           CASE WHEN met.wants_uses AND met.refused IS NULL THEN (
             SELECT json_agg(json_build_array(counter.offer_id, counter.scope, counter.used))
               FROM offer
               CROSS JOIN LATERAL offer_scopes(offer.terms, met.cardholder_id, met.today) limited
               JOIN offer_counter counter ON counter.offer_id = offer.id AND counter.scope = limited.scope
              WHERE offer.business_id = met.business_id AND offer.status = 'published' AND offer.terms ? 'limits'
           ) END
      FROM met
      LEFT JOIN kept ON kept.id = met.id
      LEFT JOIN validation earlier ON kept.id IS NULL AND earlier.branch_id = met.branch_id
                                  AND earlier.scan_id = met.scan_id
     ORDER BY met.place;
  END $$;
`;

/** A till whose key may only check cards is told so. Nothing else of the function changes. */
const withoutScope = `SELECT asked.*, till.id AS till_id,`;
const withScope = `SELECT asked.*, 'redeem' = ANY (till.scopes) AS may_redeem, till.id AS till_id,`;
const unasked = `      SELECT * INTO earlier FROM redemption`;
const scopeAsked = `      IF NOT item.may_redeem THEN
        answer := 'scope_missing'; RETURN NEXT; CONTINUE;
      END IF;
      SELECT * INTO earlier FROM redemption`;

/** Writes `till_redeem` anew, with the scope looked at or without. */
async function redefine(runner: QueryRunner, from: string, to: string): Promise<void> {
  const [found] = (await runner.query(`SELECT pg_get_functiondef('till_redeem(jsonb)'::regprocedure) AS text`)) as {
    text: string;
  }[];
  const [before, after] = from === withoutScope ? [unasked, scopeAsked] : [scopeAsked, unasked];
  if (!found?.text.includes(from) || !found.text.includes(before)) {
    throw new Error('till_redeem is not the one that this migration expects.');
  }
  // The first look for an earlier redemption is the one that comes after the till was found.
  await runner.query(found.text.replace(from, () => to).replace(before, () => after));
}

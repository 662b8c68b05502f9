import type { MigrationInterface, QueryRunner } from 'typeorm';

const args = 'uuid, text, uuid, timestamptz, date, text, text, text, boolean';

/**
 * A check by itself, where nothing is read beside the card: three look-ups by key and one INSERT, each small enough to start
 * quickly, and values as they are instead of arrays of one. The answer is the same as that of `till_check_one`, as an array.
 */
export class LoneCheck1763770310000 implements MigrationInterface {
  name = 'LoneCheck1763770310000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(checking);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP FUNCTION till_check_lone(${args}); DROP FUNCTION till_answer_in_order(till_answer)`);
  }
}

const checking = `
  CREATE FUNCTION till_answer_in_order(answer till_answer) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_array(answer.till_id, answer.may_validate, answer.branch_id, answer.outcome, answer.reason,
                            answer.card_id, answer.earlier_card_id, answer.is_repeat, answer.printed_name,
                            answer.valid_until, answer.kind, answer.medium)
  $$;

  CREATE FUNCTION till_check_lone(
    new_id uuid, the_key text, scan uuid, instant timestamptz, day date, credential_of text, number_of text,
    refused text, is_fresh boolean
  ) RETURNS json LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan
  -- Every look-up is by a key. The plan is made when tables are empty, where reading all of them looks cheaper.
  SET enable_seqscan = off AS $$
  DECLARE
    answer till_answer;
    shown credential;
    the_card card;
  BEGIN
    SELECT till_key.till_id, 'validate' = ANY (till_key.scopes), till_key.branch_id
      INTO answer.till_id, answer.may_validate, answer.branch_id
      FROM till_key
     WHERE till_key.key_hash = the_key AND till_key.works AND (till_key.ends_at IS NULL OR till_key.ends_at > instant);
    IF answer.may_validate IS NOT TRUE THEN
      answer.is_repeat := false;
      RETURN till_answer_in_order(answer);
    END IF;
    IF credential_of IS NOT NULL THEN
      SELECT * INTO shown FROM credential WHERE credential.id = credential_of;
      SELECT * INTO the_card FROM card WHERE card.id = shown.card_id;
    ELSIF number_of IS NOT NULL THEN
      SELECT * INTO the_card FROM card WHERE card.number = number_of;
    END IF;
    answer.reason := till_refusal(refused, the_card, shown, day, is_fresh);
    INSERT INTO validation (id, till_id, branch_id, scan_id, at, card_id, credential_id, outcome, reason)
      VALUES (new_id, answer.till_id, answer.branch_id, scan, instant, the_card.id, credential_of,
              CASE WHEN answer.reason IS NULL THEN 'valid' ELSE 'not_valid' END, answer.reason)
      ON CONFLICT ON CONSTRAINT uq_validation__branch_scan DO NOTHING;
    IF NOT FOUND THEN
      -- The scan was there before, which is rare.
      RETURN till_answer_in_order(till_check_one(new_id, the_key, scan, instant, day, credential_of, number_of,
                                                 refused, is_fresh));
    END IF;
    RETURN json_build_array(answer.till_id, true, answer.branch_id,
                            CASE WHEN answer.reason IS NULL THEN 'valid' ELSE 'not_valid' END, answer.reason,
                            the_card.id, NULL, false, the_card.printed_name, the_card.valid_until, the_card.kind, shown.medium);
  END $$;
`;

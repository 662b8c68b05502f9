import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tills, validations and redemptions, and the function that settles a redemption's limits. */
export class Till1763770070000 implements MigrationInterface {
  name = 'Till1763770070000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(tables);
    await runner.query(redeeming);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION till_redeem(jsonb);
      DROP FUNCTION offer_scopes(jsonb, uuid, date);
      DROP FUNCTION usage_period_start(text, date);
      DROP TABLE offer_counter;
      DROP TABLE redemption;
      DROP TABLE validation;
      DROP TABLE till_pairing;
      DROP TABLE till;
    `);
  }
}

const tables = `
  CREATE TABLE till (
    id uuid CONSTRAINT pk_till PRIMARY KEY,
    branch_id uuid NOT NULL CONSTRAINT fk_till__branch REFERENCES branch ON DELETE CASCADE,
    name text NOT NULL,
    kind text NOT NULL CONSTRAINT ck_till__kind CHECK (kind IN ('key', 'phone')),
    key_hash text NOT NULL CONSTRAINT uq_till__key_hash UNIQUE,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz,
    ended_at timestamptz
  );
  CREATE INDEX ix_till__branch ON till (branch_id);

  CREATE TABLE till_pairing (
    id uuid CONSTRAINT pk_till_pairing PRIMARY KEY,
    branch_id uuid NOT NULL CONSTRAINT fk_till_pairing__branch REFERENCES branch ON DELETE CASCADE,
    name text NOT NULL,
    code_hash text NOT NULL CONSTRAINT uq_till_pairing__code_hash UNIQUE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    till_id uuid CONSTRAINT fk_till_pairing__till REFERENCES till ON DELETE SET NULL,
    used_at timestamptz
  );
  CREATE INDEX ix_till_pairing__expires ON till_pairing (expires_at);
  CREATE INDEX ix_till_pairing__branch ON till_pairing (branch_id);

  -- Every check of a card, whatever its answer. A till that asks again with the same scan gets the same answer.
  CREATE TABLE validation (
    id uuid CONSTRAINT pk_validation PRIMARY KEY,
    till_id uuid NOT NULL CONSTRAINT fk_validation__till REFERENCES till,
    branch_id uuid NOT NULL CONSTRAINT fk_validation__branch REFERENCES branch,
    scan_id uuid NOT NULL,
    at timestamptz NOT NULL,
    card_id uuid CONSTRAINT fk_validation__card REFERENCES card,
    credential_id text,
    outcome text NOT NULL CONSTRAINT ck_validation__outcome CHECK (outcome IN ('valid', 'not_valid')),
    reason text,
    CONSTRAINT uq_validation__branch_scan UNIQUE (branch_id, scan_id),
    CONSTRAINT ck_validation__reason CHECK ((outcome = 'valid') = (reason IS NULL)),
    CONSTRAINT ck_validation__card CHECK (outcome <> 'valid' OR card_id IS NOT NULL)
  );
  CREATE INDEX ix_validation__card ON validation (card_id, at DESC) WHERE card_id IS NOT NULL;

  -- An offer used, after an accepted validation.
  CREATE TABLE redemption (
    id uuid CONSTRAINT pk_redemption PRIMARY KEY,
    till_id uuid NOT NULL CONSTRAINT fk_redemption__till REFERENCES till,
    branch_id uuid NOT NULL CONSTRAINT fk_redemption__branch REFERENCES branch,
    scan_id uuid NOT NULL,
    offer_id uuid NOT NULL CONSTRAINT fk_redemption__offer REFERENCES offer,
    offer_revision integer NOT NULL,
    card_id uuid CONSTRAINT fk_redemption__card REFERENCES card,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    basket_pence integer CONSTRAINT ck_redemption__basket CHECK (basket_pence >= 0),
    saving_pence integer CONSTRAINT ck_redemption__saving CHECK (saving_pence >= 0),
    -- The counters that this use was added to, so that undoing it gives them back.
    counted text[] NOT NULL DEFAULT '{}',
    undone_at timestamptz,
    undo_reason text,
    CONSTRAINT uq_redemption__branch_scan_offer UNIQUE (branch_id, scan_id, offer_id),
    CONSTRAINT ck_redemption__undone CHECK ((undone_at IS NULL) = (undo_reason IS NULL))
  );
  CREATE INDEX ix_redemption__card ON redemption (card_id, occurred_at DESC) WHERE card_id IS NOT NULL;
  CREATE INDEX ix_redemption__branch ON redemption (branch_id, occurred_at DESC);
  CREATE INDEX ix_redemption__offer ON redemption (offer_id, occurred_at DESC);

  -- Uses of offers that have a limit: one row for each thing that is limited.
  CREATE TABLE offer_counter (
    offer_id uuid NOT NULL CONSTRAINT fk_offer_counter__offer REFERENCES offer ON DELETE CASCADE,
    scope text NOT NULL,
    used integer NOT NULL CONSTRAINT ck_offer_counter__used CHECK (used >= 0),
    CONSTRAINT pk_offer_counter PRIMARY KEY (offer_id, scope)
  );
`;

const redeeming = `
  -- The day from which a limit per card counts; the same rule as usagePeriodStart of the offer rules.
  CREATE FUNCTION usage_period_start(period text, today date) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE period
      WHEN 'day' THEN today
      WHEN 'week' THEN date_trunc('week', today::timestamp)::date
      WHEN 'month' THEN date_trunc('month', today::timestamp)::date
      WHEN 'year' THEN date_trunc('year', today::timestamp)::date
    END;

  -- The counters of an offer with limits, each with its most, always in the same order: locks are taken in it. Those
  -- of a card count by its holder, so that reporting a card lost does not begin them anew.
  CREATE FUNCTION offer_scopes(terms jsonb, holder uuid, today date)
    RETURNS TABLE (scope text, most integer) LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
      SELECT listed.scope, listed.most FROM (VALUES
        (1, 'total', (terms #>> '{limits,total}')::integer),
        (2, 'day:' || today, (terms #>> '{limits,perDay}')::integer),
        (3, 'card:' || holder || coalesce(':' || usage_period_start(terms #>> '{limits,perCard,period}', today), ''),
            (terms #>> '{limits,perCard,count}')::integer)
      ) AS listed (place, scope, most)
      WHERE listed.most IS NOT NULL ORDER BY listed.place
    $$;

  -- Redeems a batch, one answer for each item. An item is
  -- { position, keyHash, scanId, offerId, revision, redemptionId, at, occurredAt, today, basket, saving }: saving and
  -- revision are those that the caller worked out the rules with; should the terms have changed since, it is told
  -- 'terms_changed' and asks again. Items are taken in the order of what they lock, so batches cannot deadlock.
  CREATE FUNCTION till_redeem(items jsonb)
    RETURNS TABLE (place integer, answer text, redeemed uuid, happened timestamptz, saved integer, undone timestamptz)
    LANGUAGE plpgsql AS $$
  DECLARE
    item record;
    earlier redemption%ROWTYPE;
    limited record;
    taken text[];
    refused boolean;
  BEGIN
    FOR item IN
      SELECT asked.*, till.id AS till_id, till.branch_id AS branch_id, validation.outcome, validation.card_id,
             card.cardholder_id, card.status AS card_status, business.status AS business_status, offer.terms, offer.revision AS present_revision,
             offer.status AS offer_status, branch.business_id = offer.business_id
               AND (NOT offer.terms ? 'branchIds' OR offer.terms -> 'branchIds' ? branch.id::text) AS here
        FROM jsonb_to_recordset(items) AS asked (position integer, "keyHash" text, "scanId" uuid, "offerId" uuid,
             revision integer, "redemptionId" uuid, at timestamptz, "occurredAt" timestamptz, today date,
             basket integer, saving integer)
        LEFT JOIN till ON till.key_hash = asked."keyHash" AND till.ended_at IS NULL
        LEFT JOIN branch ON branch.id = till.branch_id AND branch.closed_at IS NULL
        LEFT JOIN business ON business.id = branch.business_id
        LEFT JOIN validation ON validation.branch_id = till.branch_id AND validation.scan_id = asked."scanId"
        LEFT JOIN card ON card.id = validation.card_id
        LEFT JOIN offer ON offer.id = asked."offerId"
       ORDER BY asked."offerId", card.cardholder_id, asked.position
    LOOP
      place := item.position; redeemed := NULL; happened := NULL; saved := NULL; undone := NULL;
      IF item.till_id IS NULL OR item.business_status IS DISTINCT FROM 'published' THEN
        answer := 'unknown_till'; RETURN NEXT; CONTINUE;
      END IF;
      SELECT * INTO earlier FROM redemption
        WHERE branch_id = item.branch_id AND scan_id = item."scanId" AND offer_id = item."offerId";
      IF FOUND THEN
        answer := 'again'; redeemed := earlier.id; happened := earlier.occurred_at; saved := earlier.saving_pence;
        undone := earlier.undone_at; RETURN NEXT; CONTINUE;
      END IF;
      IF item.outcome IS DISTINCT FROM 'valid' THEN
        answer := 'no_validation'; RETURN NEXT; CONTINUE;
      ELSIF item.card_status = 'suspended' THEN
        answer := 'suspended'; RETURN NEXT; CONTINUE;
      ELSIF item.card_status = 'revoked' THEN
        answer := 'revoked'; RETURN NEXT; CONTINUE;
      ELSIF item.offer_status IS DISTINCT FROM 'published' OR item.here IS NOT TRUE THEN
        answer := 'offer_not_here'; RETURN NEXT; CONTINUE;
      ELSIF item.present_revision IS DISTINCT FROM item.revision THEN
        answer := 'terms_changed'; RETURN NEXT; CONTINUE;
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

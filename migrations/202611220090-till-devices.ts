import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What a till is as a device: keys that can be rotated, scopes, a PIN for staff, when it last fetched what it needs to
 * work offline; and what is known of a redemption that was told afterwards.
 */
export class TillDevices1763770090000 implements MigrationInterface {
  name = 'TillDevices1763770090000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(keys);
    await runner.query(devices);
    await runner.query(offlineUses);
    await redefine(runner, lookUpByTill, lookUpByKey);
  }

  async down(runner: QueryRunner): Promise<void> {
    await redefine(runner, lookUpByKey, lookUpByTill);
    await runner.query(`
      DROP TRIGGER offer_keep_revision ON offer;
      DROP FUNCTION keep_offer_revision();
      DROP TABLE offer_revision;
      ALTER TABLE redemption DROP COLUMN source, DROP COLUMN code_check, DROP COLUMN flags;
      ALTER TABLE till ADD COLUMN key_hash text, ADD COLUMN last_used_at timestamptz;
      -- One key each: the newest. Rotated ones stop working, as they would have soon.
      UPDATE till SET key_hash = newest.key_hash, last_used_at = newest.used
        FROM (SELECT DISTINCT ON (till_id) till_id, key_hash, max(last_used_at) OVER (PARTITION BY till_id) AS used
                FROM till_key ORDER BY till_id, created_at DESC, key_hash) newest
       WHERE newest.till_id = till.id;
      ALTER TABLE till ALTER COLUMN key_hash SET NOT NULL;
      ALTER TABLE till ADD CONSTRAINT uq_till__key_hash UNIQUE (key_hash);
      ALTER TABLE till DROP COLUMN scopes, DROP COLUMN last_sync_at, DROP COLUMN pin, DROP COLUMN app;
      DROP TABLE till_key;
    `);
  }
}

const keys = `
  -- A till has one key, and a second one while it is being rotated.
  CREATE TABLE till_key (
    key_hash text CONSTRAINT pk_till_key PRIMARY KEY,
    till_id uuid NOT NULL CONSTRAINT fk_till_key__till REFERENCES till ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    ends_at timestamptz,
    last_used_at timestamptz
  );
  CREATE INDEX ix_till_key__till ON till_key (till_id);
  INSERT INTO till_key (key_hash, till_id, created_at, last_used_at)
    SELECT key_hash, id, created_at, last_used_at FROM till;
`;

const devices = `
  ALTER TABLE till
    DROP COLUMN key_hash,
    DROP COLUMN last_used_at,
    ADD COLUMN scopes text[] NOT NULL DEFAULT '{validate,redeem}'
      CONSTRAINT ck_till__scopes CHECK (scopes <@ '{validate,redeem}' AND cardinality(scopes) > 0),
    -- When it last fetched the bundle with which it works offline.
    ADD COLUMN last_sync_at timestamptz,
    -- { salt, hash, iterations } of the staff PIN (PBKDF2-SHA-256, base64url), which the till itself checks.
    ADD COLUMN pin jsonb CONSTRAINT ck_till__pin CHECK (jsonb_typeof(pin) = 'object'),
    -- What the device says it is, as "Firefox on Android".
    ADD COLUMN app text CONSTRAINT ck_till__app CHECK (length(app) <= 60);
`;

const offlineUses = `
  ALTER TABLE redemption
    ADD COLUMN source text NOT NULL DEFAULT 'online'
      CONSTRAINT ck_redemption__source CHECK (source IN ('online', 'offline', 'settlement')),
    -- 'not_checked': a phone's card, whose rotating code nobody could check.
    ADD COLUMN code_check text CONSTRAINT ck_redemption__code_check CHECK (code_check = 'not_checked'),
    -- Why it is looked at by staff, in words for machines.
    ADD COLUMN flags text[] NOT NULL DEFAULT '{}';

  -- Terms that were replaced: an offline till may still go by them, and its uses are judged by what it knew.
  CREATE TABLE offer_revision (
    offer_id uuid NOT NULL CONSTRAINT fk_offer_revision__offer REFERENCES offer ON DELETE CASCADE,
    revision integer NOT NULL,
    terms jsonb NOT NULL,
    CONSTRAINT pk_offer_revision PRIMARY KEY (offer_id, revision)
  );
  CREATE FUNCTION keep_offer_revision() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO offer_revision (offer_id, revision, terms) VALUES (OLD.id, OLD.revision, OLD.terms)
      ON CONFLICT ON CONSTRAINT pk_offer_revision DO UPDATE SET terms = excluded.terms;
    RETURN NULL;
  END $$;
  CREATE TRIGGER offer_keep_revision AFTER UPDATE OF terms, revision ON offer FOR EACH ROW
    WHEN (OLD.revision <> NEW.revision AND OLD.published_at IS NOT NULL)
    EXECUTE FUNCTION keep_offer_revision();
`;

/** How `till_redeem` finds the till of an item. Nothing else of it changes. */
const lookUpByTill = `LEFT JOIN till ON till.key_hash = asked."keyHash" AND till.ended_at IS NULL`;
const lookUpByKey = `LEFT JOIN till_key ON till_key.key_hash = asked."keyHash"
                           AND (till_key.ends_at IS NULL OR till_key.ends_at > asked.at)
        LEFT JOIN till ON till.id = till_key.till_id AND till.ended_at IS NULL`;

/** Writes the function anew with one passage replaced. */
async function redefine(runner: QueryRunner, passage: string, replacement: string): Promise<void> {
  const [found] = (await runner.query(`SELECT pg_get_functiondef('till_redeem(jsonb)'::regprocedure) AS text`)) as {
    text: string;
  }[];
  if (!found?.text.includes(passage)) throw new Error('till_redeem does not look tills up as this migration expects.');
  await runner.query(found.text.replace(passage, () => replacement));
}

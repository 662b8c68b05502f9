import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What the status list says of each credential. Triggers keep it, so that whoever changes a card or a credential, by
 * whichever way, cannot forget it. And the key that will sign next is published before it does.
 */
export class CardStatus1763770080000 implements MigrationInterface {
  name = 'CardStatus1763770080000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(denseIndexes);
    await runner.query(listedStatus);
    await runner.query(keepListed);
    await runner.query(`
      ALTER TABLE card_signing_key DROP CONSTRAINT ck_card_signing_key__status;
      ALTER TABLE card_signing_key ADD CONSTRAINT ck_card_signing_key__status
        CHECK (status IN ('next', 'active', 'verifying', 'revoked'));
      -- Two processes that start together make one next key between them.
      CREATE UNIQUE INDEX uq_card_signing_key__one_next ON card_signing_key (status) WHERE status = 'next';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The next key has signed nothing yet. A revoked one must not verify again, and there was no word for it before.
      DELETE FROM card_signing_key WHERE status IN ('next', 'revoked');
      DROP INDEX uq_card_signing_key__one_next;
      ALTER TABLE card_signing_key DROP CONSTRAINT ck_card_signing_key__status;
      ALTER TABLE card_signing_key ADD CONSTRAINT ck_card_signing_key__status CHECK (status IN ('active', 'verifying'));
      DROP TRIGGER card_keep_listed ON card;
      DROP TRIGGER credential_keep_listed ON credential;
      DROP FUNCTION keep_listed_of_card();
      DROP FUNCTION keep_listed();
      ALTER TABLE credential
        DROP CONSTRAINT ck_credential__status_index,
        DROP COLUMN listed_status,
        DROP COLUMN listed_until,
        DROP COLUMN listed_changed_at;
      DROP INDEX ix_credential__card;
      DROP TABLE status_list;
    `);
  }
}

/**
 * Places in the list are drawn at random from a range that is at most about half full: sparse enough to draw from, dense
 * enough for a list that fits a telephone. Those drawn from 2^31 so far are drawn anew; no card of theirs was printed
 * by a released version.
 */
const denseIndexes = `
  CREATE TABLE status_list (
    id integer CONSTRAINT pk_status_list PRIMARY KEY CONSTRAINT ck_status_list__one CHECK (id = 1),
    -- Places of the list: a power of two.
    capacity integer NOT NULL CONSTRAINT ck_status_list__capacity
      CHECK (capacity BETWEEN 131072 AND 67108864 AND capacity & (capacity - 1) = 0)
  );
  INSERT INTO status_list (id, capacity)
    SELECT 1, greatest(131072, 2 ^ ceil(log(2, greatest(count(*), 1) * 2.0)))::integer FROM credential;
  ALTER TABLE credential DROP CONSTRAINT uq_credential__status_index;
  UPDATE credential SET status_index = drawn.status_index
    FROM (SELECT id, row_number() OVER (ORDER BY random()) AS place FROM credential) one
    JOIN (SELECT free AS status_index, row_number() OVER (ORDER BY random()) AS place
            FROM status_list, generate_series(1, capacity - 1) free) drawn ON drawn.place = one.place
   WHERE credential.id = one.id;
  ALTER TABLE credential
    ADD CONSTRAINT uq_credential__status_index UNIQUE (status_index),
    -- Place 0 is that of the cards for practising, which nobody can stop.
    ADD CONSTRAINT ck_credential__status_index CHECK (status_index > 0);
`;

const listedStatus = `
  ALTER TABLE credential
    -- 0 valid, 1 invalid, 2 suspended: what the status list says.
    ADD COLUMN listed_status integer NOT NULL DEFAULT 0 CONSTRAINT ck_credential__listed_status CHECK (listed_status IN (0, 1, 2)),
    -- The card's last day: later the credential is refused as expired, listed or not.
    ADD COLUMN listed_until date,
    -- When the listed status changed last, by the database's clock; null where it never did.
    ADD COLUMN listed_changed_at timestamptz;
  UPDATE credential
     SET listed_status = CASE WHEN credential.status = 'revoked' OR card.status = 'revoked' THEN 1
                              WHEN card.status = 'suspended' THEN 2 ELSE 0 END,
         listed_until = card.valid_until,
         listed_changed_at = CASE WHEN credential.status <> 'active' OR card.status <> 'active' THEN now() END
    FROM card WHERE card.id = credential.card_id;
  ALTER TABLE credential ALTER COLUMN listed_until SET NOT NULL;
  -- All credentials of a card, the revoked ones too.
  CREATE INDEX ix_credential__card ON credential (card_id);
  CREATE INDEX ix_credential__listed ON credential (listed_until) INCLUDE (status_index, listed_status)
    WHERE listed_status <> 0;
  CREATE INDEX ix_credential__listed_changed_at ON credential (listed_changed_at) INCLUDE (status_index, listed_status)
    WHERE listed_changed_at IS NOT NULL;
`;

const keepListed = `
  CREATE FUNCTION keep_listed() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE
    holder record;
  BEGIN
    -- Shared, so that a card that is being stopped in this moment is waited for.
    SELECT status, valid_until INTO holder FROM card WHERE id = NEW.card_id FOR SHARE;
    NEW.listed_status := CASE WHEN NEW.status = 'revoked' OR holder.status = 'revoked' THEN 1
                              WHEN holder.status = 'suspended' THEN 2 ELSE 0 END;
    NEW.listed_until := holder.valid_until;
    NEW.listed_changed_at := CASE
      WHEN TG_OP = 'INSERT' THEN CASE WHEN NEW.listed_status <> 0 THEN clock_timestamp() END
      WHEN NEW.listed_status IS DISTINCT FROM OLD.listed_status THEN clock_timestamp()
      ELSE OLD.listed_changed_at END;
    RETURN NEW;
  END $$;
  CREATE TRIGGER credential_keep_listed BEFORE INSERT OR UPDATE ON credential
    FOR EACH ROW EXECUTE FUNCTION keep_listed();

  CREATE FUNCTION keep_listed_of_card() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    -- The trigger of the credentials does the rest. A revoked credential stays revoked, but may expire later now.
    UPDATE credential SET listed_until = NEW.valid_until WHERE card_id = NEW.id;
    RETURN NULL;
  END $$;
  CREATE TRIGGER card_keep_listed AFTER UPDATE OF status, valid_until ON card FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status OR OLD.valid_until IS DISTINCT FROM NEW.valid_until)
    EXECUTE FUNCTION keep_listed_of_card();
`;

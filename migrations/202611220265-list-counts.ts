import type { MigrationInterface, QueryRunner } from 'typeorm';

const before = '(region_id, source_kind, left_at, reach, caring_roles, age_band, locale, format)';
const beside = '(region_id, source_kind, left_at, reach_bits, card_until, caring_roles, age_band, locale, format)';

/** What counts of a whole list need, narrow enough that reading it for everybody takes no time that anybody notices. */
export class ListCounts1763770265000 implements MigrationInterface {
  name = 'ListCounts1763770265000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- A yes to each purpose by each channel as one bit, so that counting people by what they said compares numbers.
      CREATE FUNCTION reach_bits(reach text[]) RETURNS smallint IMMUTABLE PARALLEL SAFE LANGUAGE sql RETURN (
        CASE WHEN 'carers_information email' = ANY (reach) THEN 1 ELSE 0 END
        + CASE WHEN 'carers_information text' = ANY (reach) THEN 2 ELSE 0 END
        + CASE WHEN 'carers_information post' = ANY (reach) THEN 4 ELSE 0 END
        + CASE WHEN 'business_offers email' = ANY (reach) THEN 8 ELSE 0 END
        + CASE WHEN 'business_offers text' = ANY (reach) THEN 16 ELSE 0 END
        + CASE WHEN 'business_offers post' = ANY (reach) THEN 32 ELSE 0 END)::smallint;
      -- The last day of the card that somebody has; null where every card of theirs has been ended.
      CREATE FUNCTION card_until_of(person uuid) RETURNS date STABLE LANGUAGE sql RETURN
        (SELECT max(valid_until) FROM card WHERE cardholder_id = person AND status <> 'revoked');
      ALTER TABLE subscriber
        ADD COLUMN reach_bits smallint NOT NULL GENERATED ALWAYS AS (reach_bits(reach)) STORED,
        ADD COLUMN card_until date;
      UPDATE subscriber SET card_until = card_until_of(cardholder_id);

      -- Whoever issues or ends a card, the list follows in the same statement.
      CREATE FUNCTION keep_card_until() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        UPDATE subscriber s SET card_until = card.until
          FROM (SELECT who.cardholder_id, card_until_of(who.cardholder_id) AS until
                  FROM (SELECT DISTINCT cardholder_id FROM changed) who) card
         WHERE s.cardholder_id = card.cardholder_id AND s.card_until IS DISTINCT FROM card.until;
        RETURN NULL;
      END $$;
      CREATE TRIGGER card_until_added AFTER INSERT ON card
        REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION keep_card_until();
      CREATE TRIGGER card_until_changed AFTER UPDATE ON card
        REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION keep_card_until();
      CREATE TRIGGER card_until_removed AFTER DELETE ON card
        REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION keep_card_until();

      CREATE FUNCTION begin_card_until() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        -- A card that is being issued to the same person is waited for, or waits and finds this row.
        PERFORM FROM cardholder WHERE id = NEW.cardholder_id FOR KEY SHARE;
        NEW.card_until := card_until_of(NEW.cardholder_id);
        RETURN NEW;
      END $$;
      CREATE TRIGGER subscriber_card_until BEFORE INSERT ON subscriber
        FOR EACH ROW EXECUTE FUNCTION begin_card_until();

      DROP INDEX ix_subscriber__newest;
      DROP INDEX ix_subscriber__service;
      CREATE INDEX ix_subscriber__newest ON subscriber (registered_at DESC, id DESC) INCLUDE ${beside};
      CREATE INDEX ix_subscriber__service ON subscriber (carers_service_id, registered_at DESC, id DESC) INCLUDE ${beside};
      -- For counts of most of the list. Everything else that it is filtered by finds fewer people, or has its own index.
      CREATE INDEX ix_subscriber__counts ON subscriber (carers_service_id, region_id, reach_bits, card_until)
        INCLUDE (topics) WHERE left_at IS NULL;

      -- The name without accents and capitals, kept: making it anew for thousands of names took most of a search's time.
      ALTER TABLE cardholder
        ADD COLUMN plain_name text NOT NULL GENERATED ALWAYS AS (plain_text(first_name || ' ' || last_name)) STORED;
      DROP INDEX ix_cardholder__name;
      CREATE INDEX ix_cardholder__name ON cardholder USING gin (plain_name gin_trgm_ops);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX ix_cardholder__name;
      ALTER TABLE cardholder DROP COLUMN plain_name;
      CREATE INDEX ix_cardholder__name ON cardholder USING gin (plain_text(first_name || ' ' || last_name) gin_trgm_ops);

      DROP INDEX ix_subscriber__counts;
      DROP INDEX ix_subscriber__service;
      DROP INDEX ix_subscriber__newest;
      DROP TRIGGER subscriber_card_until ON subscriber;
      DROP FUNCTION begin_card_until();
      DROP TRIGGER card_until_removed ON card;
      DROP TRIGGER card_until_changed ON card;
      DROP TRIGGER card_until_added ON card;
      DROP FUNCTION keep_card_until();
      ALTER TABLE subscriber DROP COLUMN card_until, DROP COLUMN reach_bits;
      DROP FUNCTION card_until_of(uuid);
      DROP FUNCTION reach_bits(text[]);
      CREATE INDEX ix_subscriber__newest ON subscriber (registered_at DESC, id DESC) INCLUDE ${before};
      CREATE INDEX ix_subscriber__service ON subscriber (carers_service_id, registered_at DESC, id DESC) INCLUDE ${before};
    `);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

const beside = '(region_id, source_kind, left_at, reach, caring_roles, age_band, locale, format)';

/** What the list of a carers service is filtered by, ready to be asked in SQL, and filters saved under a name. */
export class Segments1763770215000 implements MigrationInterface {
  name = 'Segments1763770215000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE subscriber
        -- Each yes in force, as 'purpose channel': what the rows of subscription say, beside the person.
        ADD COLUMN reach text[] NOT NULL DEFAULT '{}',
        -- What follows from the registry's sealed date of birth, as coarse as a list needs it.
        ADD COLUMN caring_roles text[] NOT NULL DEFAULT '{}',
        ADD COLUMN age_band text CONSTRAINT ck_subscriber__age_band
          CHECK (age_band IN ('under_13', '13_to_17', '18_to_25', '26_to_64', '65_or_over'));
      CREATE FUNCTION reach_of(person uuid) RETURNS text[] STABLE LANGUAGE sql RETURN
        ARRAY(SELECT purpose || ' ' || channel FROM subscription WHERE subscriber_id = person AND active ORDER BY 1);
      UPDATE subscriber s SET
        reach = reach_of(s.id),
        caring_roles = ARRAY(SELECT role FROM cardholder c, jsonb_array_elements_text(c.caring_roles) role
                              WHERE c.id = s.cardholder_id ORDER BY 1);

      -- The order of the list, newest first, with all that it is filtered by beside it: pages and counts need no more.
      DROP INDEX ix_subscriber__newest;
      DROP INDEX ix_subscriber__service;
      CREATE INDEX ix_subscriber__newest ON subscriber (registered_at DESC, id DESC) INCLUDE ${beside};
      CREATE INDEX ix_subscriber__service ON subscriber (carers_service_id, registered_at DESC, id DESC) INCLUDE ${beside};
      -- What few people are: reading the order until 50 of them are found would take long.
      CREATE INDEX ix_subscriber__roles ON subscriber USING gin (caring_roles);
      CREATE INDEX ix_subscriber__age ON subscriber (age_band, registered_at DESC, id DESC);
      CREATE INDEX ix_subscriber__locale ON subscriber (locale, registered_at DESC, id DESC);
      CREATE INDEX ix_subscriber__format ON subscriber (format, registered_at DESC, id DESC);
      CREATE INDEX ix_subscriber__code ON subscriber (source_code, registered_at DESC, id DESC)
        WHERE source_code IS NOT NULL;
      CREATE INDEX ix_subscriber__paused ON subscriber (registered_at DESC, id DESC) INCLUDE (paused_until)
        WHERE left_at IS NULL AND paused_until IS NOT NULL;
      CREATE INDEX ix_subscriber__left ON subscriber (carers_service_id, registered_at DESC, id DESC)
        WHERE left_at IS NOT NULL;
      CREATE INDEX ix_card__live_until ON card (cardholder_id) INCLUDE (valid_until) WHERE status <> 'revoked';

      -- Whoever writes a subscription, the list follows in the same statement: it cannot be forgotten.
      CREATE FUNCTION keep_reach() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        UPDATE subscriber s SET reach = said.now
          FROM (SELECT who.subscriber_id, reach_of(who.subscriber_id) AS now
                  FROM (SELECT DISTINCT subscriber_id FROM changed) who) said
         WHERE s.id = said.subscriber_id AND s.reach <> said.now;
        RETURN NULL;
      END $$;
      CREATE TRIGGER subscription_reach_added AFTER INSERT ON subscription
        REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION keep_reach();
      CREATE TRIGGER subscription_reach_changed AFTER UPDATE ON subscription
        REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION keep_reach();
      CREATE TRIGGER subscription_reach_removed AFTER DELETE ON subscription
        REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION keep_reach();

      CREATE TABLE segment (
        id uuid CONSTRAINT pk_segment PRIMARY KEY,
        carers_service_id uuid NOT NULL CONSTRAINT fk_segment__carers_service REFERENCES carers_service,
        name text NOT NULL,
        filter jsonb NOT NULL,
        version integer NOT NULL,
        created_by uuid NOT NULL CONSTRAINT fk_segment__account REFERENCES account,
        created_at timestamptz NOT NULL,
        changed_at timestamptz NOT NULL,
        deleted_at timestamptz
      );
      -- One of a name for each service: an officer picks who is written to by it.
      CREATE UNIQUE INDEX uq_segment__name ON segment (carers_service_id, lower(name)) WHERE deleted_at IS NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE segment;
      DROP TRIGGER subscription_reach_removed ON subscription;
      DROP TRIGGER subscription_reach_changed ON subscription;
      DROP TRIGGER subscription_reach_added ON subscription;
      DROP FUNCTION keep_reach();
      DROP FUNCTION reach_of(uuid);
      DROP INDEX ix_card__live_until;
      DROP INDEX ix_subscriber__left;
      DROP INDEX ix_subscriber__paused;
      DROP INDEX ix_subscriber__code;
      DROP INDEX ix_subscriber__format;
      DROP INDEX ix_subscriber__locale;
      DROP INDEX ix_subscriber__service;
      DROP INDEX ix_subscriber__newest;
      ALTER TABLE subscriber DROP COLUMN age_band, DROP COLUMN caring_roles, DROP COLUMN reach;
      CREATE INDEX ix_subscriber__newest ON subscriber (registered_at DESC, id DESC);
      CREATE INDEX ix_subscriber__service ON subscriber (carers_service_id, registered_at DESC, id DESC);
    `);
  }
}

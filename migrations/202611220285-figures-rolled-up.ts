import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a copy counts as, and when: two rows of `delivery` that agree in it give the same figures. */
const counts = (row: string) => `(
  ${row}.subscriber_id, ${row}.channel,
  CASE WHEN ${row}.state IN ('sent', 'delivered', 'bounced', 'printed') THEN coalesce(${row}.sent_at, ${row}.settled_at) END,
  CASE WHEN ${row}.state IN ('sent', 'delivered', 'bounced', 'printed') THEN ${row}.cost_pence END,
  CASE WHEN ${row}.state = 'bounced' THEN ${row}.settled_at END,
  ${row}.state IN ('held', 'failed'), CASE WHEN ${row}.state IN ('held', 'failed') THEN ${row}.settled_at END)`;

/** Whom it reached, and when. */
const reached = (row: string) => `(${row}.subscriber_id,
  CASE WHEN ${row}.state IN ('sent', 'delivered', 'bounced', 'printed') THEN coalesce(${row}.sent_at, ${row}.settled_at) END)`;

const underWay = `('waiting', 'claimed')`;

/**
 * Sums of the figures: of each day that is over, and of each bulletin that has come to rest. Whatever is written to a day or
 * a bulletin after it was summed is noticed here, whoever writes it. See docs/adr/0015.
 */
export class FiguresRolledUp1763770285000 implements MigrationInterface {
  name = 'FiguresRolledUp1763770285000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE figure_closing (
        only_one boolean NOT NULL DEFAULT true CONSTRAINT pk_figure_closing PRIMARY KEY
          CONSTRAINT ck_figure_closing__only_one CHECK (only_one),
        -- The last day whose sums stand in figure_day; null before the first.
        through date
      );
      INSERT INTO figure_closing (through) VALUES (NULL);

      CREATE TABLE figure_day (
        figure text NOT NULL,
        day date NOT NULL,
        carers_service_id uuid NOT NULL CONSTRAINT fk_figure_day__carers_service REFERENCES carers_service,
        channel text,
        source text,
        region_id uuid CONSTRAINT fk_figure_day__region REFERENCES region,
        -- How often it happened; for what stands at the end of a day, how many more or fewer than the day before.
        number integer NOT NULL
      );
      CREATE UNIQUE INDEX uq_figure_day__part ON figure_day (figure, day, carers_service_id, channel, source, region_id)
        INCLUDE (number) NULLS NOT DISTINCT;

      CREATE TABLE figure_bulletin (
        bulletin_id uuid CONSTRAINT pk_figure_bulletin PRIMARY KEY
          CONSTRAINT fk_figure_bulletin__bulletin REFERENCES bulletin ON DELETE CASCADE,
        counted_at timestamptz
      );
      INSERT INTO figure_bulletin (bulletin_id) SELECT id FROM bulletin;

      CREATE TABLE figure_bulletin_day (
        bulletin_id uuid NOT NULL
          CONSTRAINT fk_figure_bulletin_day__bulletin REFERENCES figure_bulletin ON DELETE CASCADE,
        figure text NOT NULL,
        day date NOT NULL,
        channel text,
        number integer NOT NULL,
        pence numeric NOT NULL
      );
      CREATE UNIQUE INDEX uq_figure_bulletin_day__part ON figure_bulletin_day (bulletin_id, figure, day, channel)
        NULLS NOT DISTINCT;
      CREATE INDEX ix_figure_bulletin_day__day ON figure_bulletin_day (figure, day);

      -- A copy as it was before it was changed, written by whoever changes it. The row of its bulletin is held as by any foreign
      -- key, so that many may write at once, and whoever counts waits for all of them.
      CREATE TABLE figure_bulletin_change (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_figure_bulletin_change PRIMARY KEY,
        bulletin_id uuid NOT NULL
          CONSTRAINT fk_figure_bulletin_change__bulletin REFERENCES figure_bulletin ON DELETE CASCADE,
        delivery_id uuid NOT NULL,
        subscriber_id uuid NOT NULL,
        channel text,
        state text NOT NULL,
        held text,
        sent_at timestamptz,
        settled_at timestamptz,
        cost_pence numeric,
        -- Whether it reaches somebody otherwise than before, or may come to.
        reached boolean NOT NULL
      );
      CREATE INDEX ix_figure_bulletin_change__bulletin ON figure_bulletin_change (bulletin_id, reached);

      -- People by the day of their first copy in a month: summed up to a day, those who were reached in the month by then.
      CREATE TABLE figure_reach (
        carers_service_id uuid NOT NULL CONSTRAINT fk_figure_reach__carers_service REFERENCES carers_service,
        day date NOT NULL,
        people integer NOT NULL,
        CONSTRAINT pk_figure_reach PRIMARY KEY (carers_service_id, day)
      );

      CREATE INDEX ix_registration_event__pause ON registration_event (subscriber_id, number DESC)
        WHERE changes ? 'pausedUntil';

      CREATE FUNCTION reopen_figure_days() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        UPDATE figure_closing SET through = first.day - 1
          FROM (SELECT min((at AT TIME ZONE 'Europe/London')::date) AS day FROM added) first WHERE through >= first.day;
        RETURN NULL;
      END $$;
      CREATE TRIGGER registration_event_figures AFTER INSERT ON registration_event REFERENCING NEW TABLE AS added
        FOR EACH STATEMENT EXECUTE FUNCTION reopen_figure_days();
      CREATE TRIGGER consent_event_figures AFTER INSERT ON consent_event REFERENCING NEW TABLE AS added
        FOR EACH STATEMENT EXECUTE FUNCTION reopen_figure_days();

      CREATE FUNCTION list_bulletin_for_figures() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO figure_bulletin (bulletin_id) VALUES (NEW.id);
        RETURN NULL;
      END $$;
      CREATE TRIGGER bulletin_figures AFTER INSERT ON bulletin
        FOR EACH ROW EXECUTE FUNCTION list_bulletin_for_figures();

      CREATE FUNCTION note_delivery_for_figures() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO figure_bulletin_change
            (bulletin_id, delivery_id, subscriber_id, channel, state, held, sent_at, settled_at, cost_pence, reached)
          SELECT bulletin_id, OLD.id, OLD.subscriber_id, OLD.channel, OLD.state, OLD.held, OLD.sent_at, OLD.settled_at,
                 OLD.cost_pence, ${reached('OLD')} IS DISTINCT FROM ${reached('NEW')} OR NEW.state IN ${underWay}
            FROM figure_bulletin WHERE bulletin_id = NEW.bulletin_id;
        RETURN NULL;
      END $$;
      -- Copies that are under way are not looked at: their bulletin is counted only once it has none.
      CREATE TRIGGER delivery_figures AFTER UPDATE ON delivery FOR EACH ROW
        WHEN (OLD.state NOT IN ${underWay} AND (NEW.state IN ${underWay} OR ${counts('OLD')} IS DISTINCT FROM ${counts('NEW')}))
        EXECUTE FUNCTION note_delivery_for_figures();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER delivery_figures ON delivery;
      DROP FUNCTION note_delivery_for_figures;
      DROP TRIGGER bulletin_figures ON bulletin;
      DROP FUNCTION list_bulletin_for_figures;
      DROP TRIGGER consent_event_figures ON consent_event;
      DROP TRIGGER registration_event_figures ON registration_event;
      DROP FUNCTION reopen_figure_days;
      DROP INDEX ix_registration_event__pause;
      DROP TABLE figure_reach;
      DROP TABLE figure_bulletin_change;
      DROP TABLE figure_bulletin_day;
      DROP TABLE figure_bulletin;
      DROP TABLE figure_day;
      DROP TABLE figure_closing;
    `);
  }
}

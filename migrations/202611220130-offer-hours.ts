import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What lets the directory pass over offers that cannot be open at an asked time, before it reads them. */
export class OfferHours1763770130000 implements MigrationInterface {
  name = 'OfferHours1763770130000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The hours of a week, Monday's first, in which an offer may be open for a minute or more by London's clock. An
      -- opening belongs to the day it began, so Sunday night goes on into Monday's hours. Never too few hours: the
      -- rules of the offer decide, these only spare them what is out of the question.
      CREATE FUNCTION offer_open_hours(terms jsonb) RETURNS bit LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
      DECLARE
        hours bit(168) := 0::bit(168);
        monday bit(168) := 0::bit(168);
        opening record;
        weekday integer;
      BEGIN
        IF NOT terms ?| ARRAY['days', 'times'] THEN RETURN ~hours; END IF;
        -- The openings of a Monday, with what is left of them on Tuesday; then the same for each day of the offer.
        FOR opening IN
          SELECT span.opens / 60 AS first,
                 (span.closes + CASE WHEN span.closes <= span.opens THEN 1440 ELSE 0 END - 1) / 60 AS last
            FROM (SELECT left(range ->> 'from', 2)::integer * 60 + right(range ->> 'from', 2)::integer AS opens,
                         left(range ->> 'to', 2)::integer * 60 + right(range ->> 'to', 2)::integer AS closes
                    FROM jsonb_array_elements(coalesce(terms -> 'times', '[{"from": "00:00", "to": "00:00"}]')) range) span
        LOOP
          monday := monday | rpad(repeat('0', opening.first) || repeat('1', opening.last - opening.first + 1), 168, '0')::bit(168);
        END LOOP;
        FOR weekday IN SELECT day::integer - 1 FROM jsonb_array_elements_text(coalesce(terms -> 'days', '[1, 2, 3, 4, 5, 6, 7]')) day LOOP
          hours := hours | (monday >> weekday * 24);
          IF weekday = 6 THEN hours := hours | (monday << 24); END IF;
        END LOOP;
        RETURN hours;
      END $$;

      -- Is an offer closed on bank holidays from midnight to midnight? One with an opening that passes midnight is not.
      CREATE FUNCTION offer_shuts_on_bank_holidays(terms jsonb) RETURNS boolean LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
      BEGIN
        IF NOT terms @> '{"excludesBankHolidays": true}' THEN RETURN false; END IF;
        RETURN NOT EXISTS (
          SELECT FROM jsonb_array_elements(coalesce(terms -> 'times', '[]')) range
           WHERE (range ->> 'to') COLLATE "C" <= (range ->> 'from') COLLATE "C");
      END $$;

      ALTER TABLE offer_listing
        ADD COLUMN open_hours bit(168) NOT NULL GENERATED ALWAYS AS (offer_open_hours(line -> 'terms')) STORED,
        ADD COLUMN shut_on_bank_holidays boolean NOT NULL
          GENERATED ALWAYS AS (offer_shuts_on_bank_holidays(line -> 'terms')) STORED;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE offer_listing DROP COLUMN open_hours, DROP COLUMN shut_on_bank_holidays;
      DROP FUNCTION offer_shuts_on_bank_holidays(jsonb);
      DROP FUNCTION offer_open_hours(jsonb);
    `);
  }
}

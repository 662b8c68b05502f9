import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Offers for work in people's homes are listed only while their business may be: what says so, what is derived from its
 * file, and what was told to whom about it.
 */
export class Listing1763770170000 implements MigrationInterface {
  name = 'Listing1763770170000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(offers);
    await runner.query(relistBusinesses(now));
    await runner.query(standings);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER business_standing_renamed ON business;
      DROP FUNCTION standing_renamed();
      DROP TABLE ending_told, trade_ending, lapse_notice, standing;
      DROP TRIGGER business_relist ON business;
      ${businessTrigger(['status', 'name', 'slug', 'category_id', 'works_in_homes', 'summary'])}
    `);
    await runner.query(relistBusinesses(before));
    await runner.query(`
      -- Nobody may see them without the rule that this takes away; their owners can show them again.
      UPDATE offer SET status = 'paused' WHERE status = 'withheld';
      SET CONSTRAINTS ALL IMMEDIATE;
      SET CONSTRAINTS ALL DEFERRED;
      ALTER TABLE offer DROP CONSTRAINT ck_offer__status, DROP CONSTRAINT ck_offer__published,
        DROP CONSTRAINT ck_offer__withheld, DROP COLUMN at_home, DROP COLUMN withheld_at,
        ADD CONSTRAINT ck_offer__status
          CHECK (status IN ('draft', 'submitted', 'published', 'declined', 'paused', 'withdrawn')),
        ADD CONSTRAINT ck_offer__published
          CHECK (status NOT IN ('published', 'paused') OR num_nulls(published_at, last_confirmed_on) = 0);
      ALTER TABLE business DROP COLUMN home_visits_until;
    `);
  }
}

function businessTrigger(columns: string[]): string {
  const of = (row: string) => columns.map((column) => `${row}.${column}`).join(', ');
  return `CREATE CONSTRAINT TRIGGER business_relist AFTER UPDATE ON business
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN ((${of('OLD')}) IS DISTINCT FROM (${of('NEW')})) EXECUTE FUNCTION relist_changed();`;
}

const offers = `
  -- The last day on which its offers for work in people's homes may be shown. NULL, the default: not at all.
  ALTER TABLE business ADD COLUMN home_visits_until date;
  DROP TRIGGER business_relist ON business;
  ${businessTrigger(['status', 'name', 'slug', 'category_id', 'works_in_homes', 'summary', 'home_visits_until'])}

  ALTER TABLE offer
    ADD COLUMN at_home boolean NOT NULL DEFAULT false,
    ADD COLUMN withheld_at timestamptz,
    DROP CONSTRAINT ck_offer__status,
    DROP CONSTRAINT ck_offer__published;
  UPDATE offer SET at_home = true FROM business WHERE business.id = offer.business_id AND business.works_in_homes;
  UPDATE offer SET status = 'withheld', withheld_at = statement_timestamp() WHERE at_home AND status = 'published';
  -- Their triggers run now: no table is altered while they wait.
  SET CONSTRAINTS ALL IMMEDIATE;
  SET CONSTRAINTS ALL DEFERRED;
  ALTER TABLE offer
    ADD CONSTRAINT ck_offer__status
      CHECK (status IN ('draft', 'submitted', 'published', 'withheld', 'declined', 'paused', 'withdrawn')),
    ADD CONSTRAINT ck_offer__published CHECK (status NOT IN ('published', 'withheld', 'paused')
      OR num_nulls(published_at, last_confirmed_on) = 0),
    ADD CONSTRAINT ck_offer__withheld CHECK (status <> 'withheld' OR (at_home AND withheld_at IS NOT NULL));
`;

interface Parts {
  /** The last day on which a line is shown. */
  endsOn: string;
  /** What a line says of its business. */
  business: string;
}

const before: Parts = {
  endsOn: `coalesce((offer.terms ->> 'endsOn')::date, 'infinity')`,
  business: `jsonb_build_object('slug', business.slug, 'name', business.name, 'comesToYou', business.works_in_homes)`,
};

const now: Parts = {
  // A line for work in homes goes by itself at the end of the last day, whether or not any job has run.
  endsOn: `least(coalesce((offer.terms ->> 'endsOn')::date, 'infinity'),
                  CASE WHEN offer.at_home THEN coalesce(business.home_visits_until, '-infinity') END)`,
  business: `jsonb_build_object('slug', business.slug, 'name', business.name, 'comesToYou', offer.at_home,
                                'checkedUntil', business.home_visits_until)`,
};

const relistBusinesses = ({ endsOn, business }: Parts) => `
  CREATE OR REPLACE FUNCTION relist_businesses(chosen uuid[]) RETURNS void LANGUAGE plpgsql AS $$
  BEGIN
    -- After a bulk load the planner knows nothing of the new rows, and would compare each with each.
    IF chosen IS NULL THEN ANALYZE business, branch, offer; END IF;
    DELETE FROM offer_listing WHERE chosen IS NULL OR business_id = ANY (chosen);
    DELETE FROM offer_point WHERE chosen IS NULL OR business_id = ANY (chosen);

    INSERT INTO offer_point (offer_id, branch_id, business_id, region_id, category_id, town_slug, at)
      SELECT offer.id, branch.id, business.id, branch.region_id, business.category_id,
             coalesce(slug_of(branch.town), ''), ll_to_earth(branch.lat, branch.lng)
        FROM offer
        JOIN business ON business.id = offer.business_id AND business.status = 'published'
        JOIN branch ON branch.business_id = business.id AND branch.closed_at IS NULL AND NOT branch.online
         AND (NOT offer.terms ? 'branchIds' OR offer.terms -> 'branchIds' ? branch.id::text)
       WHERE offer.status = 'published' AND (chosen IS NULL OR business.id = ANY (chosen));

    INSERT INTO offer_listing (offer_id, region_id, business_id, category_id, rank, is_first, ends_on, confirmed_on,
                               town_slugs, words, line)
      SELECT offer.id, usable.region_id, business.id, business.category_id,
             floor(extract(epoch FROM offer.published_at))::bigint, usable.is_first,
             ${endsOn}, offer.last_confirmed_on, usable.town_slugs,
             setweight(to_tsvector('english', plain_text(business.name || ' ' || offer.title)), 'A')
               || setweight(to_tsvector('english', replace(category.slug, '-', ' ')), 'B')
               || setweight(to_tsvector('english', plain_text(coalesce(business.summary, '') || ' ' || offer.sentence)), 'C')
               || setweight(to_tsvector('english', plain_text(usable.towns)), 'D'),
             jsonb_build_object(
               'slug', offer.slug, 'subject', offer.subject, 'title', offer.title, 'sentence', offer.sentence, 'conditions', offer.conditions,
               'terms', offer.terms - 'branchIds',
               'confirmedOn', offer.last_confirmed_on, 'category', category.slug,
               'business', ${business},
               'branchCount', usable.branch_count, 'branches', usable.branches)
        FROM offer
        JOIN business ON business.id = offer.business_id AND business.status = 'published'
        JOIN category ON category.id = business.category_id
        JOIN LATERAL (
          SELECT placed.region_id, count(*)::int AS branch_count,
                 row_number() OVER (ORDER BY min(region.position) NULLS LAST, placed.region_id) = 1 AS is_first,
                 coalesce(array_agg(DISTINCT slug_of(placed.town)) FILTER (WHERE placed.town IS NOT NULL), '{}') AS town_slugs,
                 coalesce(string_agg(DISTINCT placed.town, ' '), '') AS towns,
                 -- A line shows a few places; the offer's own page reads all of them.
                 jsonb_agg(jsonb_build_object('id', placed.id, 'slug', placed.slug, 'name', placed.name,
                                              'town', placed.town, 'postcode', placed.postcode, 'online', placed.online,
                                              'accessibility', placed.accessibility) ORDER BY placed.place)
                   FILTER (WHERE placed.place <= 5) AS branches
            FROM (
              SELECT branch.*, row_number() OVER (PARTITION BY branch.region_id ORDER BY branch.name, branch.id) AS place
                FROM (
                  SELECT id, slug, name, town, postcode, online, accessibility,
                         coalesce(region_id, '00000000-0000-0000-0000-000000000000') AS region_id
                    FROM branch
                   WHERE business_id = business.id AND closed_at IS NULL
                     AND (NOT offer.terms ? 'branchIds' OR offer.terms -> 'branchIds' ? id::text)
                ) branch
            ) placed
            LEFT JOIN region ON region.id = placed.region_id
           GROUP BY placed.region_id
        ) usable ON true
       WHERE offer.status = 'published' AND (chosen IS NULL OR business.id = ANY (chosen));

    -- In order, so that two transactions with the same new words cannot wait for each other.
    INSERT INTO offer_word (word)
      SELECT DISTINCT found.word COLLATE "C" AS word
        FROM offer_listing listing
        JOIN business ON business.id = listing.business_id
        CROSS JOIN LATERAL unnest(tsvector_to_array(to_tsvector('simple', plain_text(
          concat_ws(' ', business.name, listing.line ->> 'title', replace(listing.line ->> 'category', '-', ' '),
                    business.summary, listing.line ->> 'sentence', array_to_string(listing.town_slugs, ' ')))))) AS found (word)
       WHERE (chosen IS NULL OR listing.business_id = ANY (chosen)) AND found.word ~ '^[a-z]{3,30}$'
         AND NOT EXISTS (SELECT FROM offer_word known WHERE known.word = found.word)
       ORDER BY 1
      ON CONFLICT DO NOTHING;
  END $$;
`;

const standings = `
  -- How a business stands in a programme, derived from its file. Nothing but the derivation writes here.
  CREATE TABLE standing (
    business_id uuid NOT NULL CONSTRAINT fk_standing__business REFERENCES business ON DELETE CASCADE,
    programme text NOT NULL,
    case_id uuid NOT NULL,
    case_state text NOT NULL,
    listed boolean NOT NULL,
    accredited boolean NOT NULL,
    because text[] NOT NULL,
    -- Of the accreditation, as the register shows it. All NULL for a business that never had one.
    accredited_from date,
    accredited_until date,
    ended_on date,
    -- The first day on which the same file gives another answer, or on which somebody must be told.
    next_change_on date,
    derived_at timestamptz NOT NULL,
    -- The business's name in its plain form: the order of the register.
    name text NOT NULL,
    CONSTRAINT pk_standing PRIMARY KEY (business_id, programme),
    CONSTRAINT ck_standing__accredited CHECK (NOT accredited OR num_nulls(accredited_from, accredited_until) = 0)
  );
  CREATE INDEX ix_standing__next_change_on ON standing (next_change_on, business_id) WHERE next_change_on IS NOT NULL;
  CREATE INDEX ix_standing__case ON standing (case_id);
  CREATE INDEX ix_standing__register ON standing (name, business_id) WHERE accredited;
  CREATE FUNCTION standing_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN UPDATE standing SET name = plain_text(NEW.name) WHERE business_id = NEW.id; RETURN NULL; END $$;
  CREATE TRIGGER business_standing_renamed AFTER UPDATE OF name ON business
    FOR EACH ROW WHEN (OLD.name <> NEW.name) EXECUTE FUNCTION standing_renamed();

  -- Each notice about a check that runs out, once for each date and each number of days before it.
  CREATE TABLE lapse_notice (
    business_id uuid NOT NULL CONSTRAINT fk_lapse_notice__business REFERENCES business ON DELETE CASCADE,
    subject_id uuid NOT NULL,
    valid_until date NOT NULL,
    days_before smallint NOT NULL,
    told_at timestamptz NOT NULL,
    CONSTRAINT pk_lapse_notice PRIMARY KEY (business_id, subject_id, valid_until, days_before)
  );

  -- A trade was suspended or removed, and those who used it lately are told.
  CREATE TABLE trade_ending (
    id uuid CONSTRAINT pk_trade_ending PRIMARY KEY,
    business_id uuid NOT NULL CONSTRAINT fk_trade_ending__business REFERENCES business ON DELETE CASCADE,
    kind text NOT NULL CONSTRAINT ck_trade_ending__kind CHECK (kind IN ('suspended', 'removed')),
    happened_at timestamptz NOT NULL,
    -- When there was nobody left to tell.
    told_at timestamptz
  );
  CREATE INDEX ix_trade_ending__business ON trade_ending (business_id, happened_at);

  -- Who was told, so that nobody is told twice. Gone as soon as everybody is told: it says who used what.
  CREATE TABLE ending_told (
    ending_id uuid NOT NULL CONSTRAINT fk_ending_told__ending REFERENCES trade_ending ON DELETE CASCADE,
    cardholder_id uuid NOT NULL CONSTRAINT fk_ending_told__cardholder REFERENCES cardholder ON DELETE CASCADE,
    CONSTRAINT pk_ending_told PRIMARY KEY (ending_id, cardholder_id)
  );
  CREATE INDEX ix_ending_told__cardholder ON ending_told (cardholder_id);
`;

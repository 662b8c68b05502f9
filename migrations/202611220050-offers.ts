import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Offers, and the tables of the directory that are laid down for reading. */
export class Offers1763770050000 implements MigrationInterface {
  name = 'Offers1763770050000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(tables);
    await runner.query(readingTables);
    await runner.query(relisting);
    await runner.query(searching);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER business_relist ON business;
      DROP TRIGGER branch_relist ON branch;
      DROP TABLE offer_word;
      DROP TABLE offer_relisted;
      DROP TABLE offer_point;
      DROP TABLE offer_listing;
      DROP TABLE offer;
      DROP FUNCTION relist_changed();
      DROP FUNCTION relist_business(uuid);
      DROP FUNCTION relist_businesses(uuid[]);
      DROP FUNCTION offer_query(text[]);
      DROP FUNCTION offer_words(text[]);
      DROP FUNCTION slug_of(text);
    `);
  }
}

const tables = `
  CREATE TABLE offer (
    id uuid CONSTRAINT pk_offer PRIMARY KEY,
    business_id uuid NOT NULL CONSTRAINT fk_offer__business REFERENCES business ON DELETE CASCADE,
    slug text NOT NULL CONSTRAINT uq_offer__slug UNIQUE,
    subject text,
    terms jsonb NOT NULL CONSTRAINT ck_offer__terms CHECK (jsonb_typeof(terms) = 'object'),
    title text NOT NULL,
    conditions jsonb NOT NULL,
    sentence text NOT NULL,
    revision integer NOT NULL,
    proposed jsonb,
    proposed_at timestamptz,
    status text NOT NULL CONSTRAINT ck_offer__status
      CHECK (status IN ('draft', 'submitted', 'published', 'declined', 'paused', 'withdrawn')),
    decline_reason text,
    last_confirmed_on date,
    created_at timestamptz NOT NULL,
    submitted_at timestamptz,
    published_at timestamptz,
    withdrawn_at timestamptz,
    CONSTRAINT ck_offer__published CHECK (status NOT IN ('published', 'paused') OR num_nulls(published_at, last_confirmed_on) = 0),
    CONSTRAINT ck_offer__withdrawn CHECK ((status = 'withdrawn') = (withdrawn_at IS NOT NULL)),
    CONSTRAINT ck_offer__proposed CHECK ((proposed IS NULL) = (proposed_at IS NULL))
  );
  CREATE INDEX ix_offer__business ON offer (business_id, created_at);
  CREATE INDEX ix_offer__queue ON offer (coalesce(proposed_at, submitted_at), id)
    WHERE status = 'submitted' OR proposed IS NOT NULL;
  CREATE INDEX ix_offer__unconfirmed ON offer (last_confirmed_on, id) WHERE status = 'published';
`;

const readingTables = `
  -- One row for each published offer in each region where it can be used, in the order in which lists show them.
  -- Offers of online branches stand under the region of all zeros. Nothing but relist_businesses writes here.
  CREATE TABLE offer_listing (
    offer_id uuid NOT NULL CONSTRAINT fk_offer_listing__offer REFERENCES offer ON DELETE CASCADE,
    region_id uuid NOT NULL,
    business_id uuid NOT NULL,
    category_id uuid NOT NULL,
    rank bigint NOT NULL,
    is_first boolean NOT NULL,
    ends_on date NOT NULL,
    confirmed_on date NOT NULL,
    town_slugs text[] NOT NULL,
    words tsvector NOT NULL,
    line jsonb NOT NULL,
    CONSTRAINT pk_offer_listing PRIMARY KEY (offer_id, region_id)
  );
  CREATE INDEX ix_offer_listing__region_category ON offer_listing (region_id, category_id, rank DESC, offer_id DESC);
  CREATE INDEX ix_offer_listing__region ON offer_listing (region_id, rank DESC, offer_id DESC);
  CREATE INDEX ix_offer_listing__category ON offer_listing (category_id, rank DESC, offer_id DESC) WHERE is_first;
  CREATE INDEX ix_offer_listing__all ON offer_listing (rank DESC, offer_id DESC) WHERE is_first;
  CREATE INDEX ix_offer_listing__business ON offer_listing (business_id);
  -- Counts are read from this index alone.
  CREATE INDEX ix_offer_listing__counts ON offer_listing (region_id, category_id, ends_on, confirmed_on, is_first);
  CREATE INDEX ix_offer_listing__words ON offer_listing USING gin (words);

  -- One row for each offer at each place where it can be used: for distances.
  CREATE TABLE offer_point (
    offer_id uuid NOT NULL CONSTRAINT fk_offer_point__offer REFERENCES offer ON DELETE CASCADE,
    branch_id uuid NOT NULL CONSTRAINT fk_offer_point__branch REFERENCES branch ON DELETE CASCADE,
    business_id uuid NOT NULL,
    region_id uuid NOT NULL,
    category_id uuid NOT NULL,
    town_slug text NOT NULL,
    at earth NOT NULL,
    CONSTRAINT pk_offer_point PRIMARY KEY (offer_id, branch_id)
  );
  CREATE INDEX ix_offer_point__at ON offer_point USING gist (at);
  CREATE INDEX ix_offer_point__category_at ON offer_point USING gist (category_id, at);
  CREATE INDEX ix_offer_point__business ON offer_point (business_id);
  CREATE INDEX ix_offer_point__branch ON offer_point (branch_id);

  -- Words of the directory, against which typed ones are corrected. Small: words repeat.
  CREATE TABLE offer_word (word text COLLATE "C" CONSTRAINT pk_offer_word PRIMARY KEY);
  CREATE INDEX ix_offer_word__trigrams ON offer_word USING gist (word gist_trgm_ops);

  -- Which transaction last laid a business's rows anew: each does it once, and two at a time wait for each other.
  CREATE TABLE offer_relisted (
    business_id uuid CONSTRAINT pk_offer_relisted PRIMARY KEY
      CONSTRAINT fk_offer_relisted__business REFERENCES business ON DELETE CASCADE,
    by_transaction xid8 NOT NULL
  );
`;

const relisting = `
  CREATE FUNCTION slug_of(value text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN trim(BOTH '-' FROM regexp_replace(plain_text(value), '[^a-z0-9]+', '-', 'g'));

  CREATE FUNCTION relist_businesses(chosen uuid[]) RETURNS void LANGUAGE plpgsql AS $$
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
             coalesce((offer.terms ->> 'endsOn')::date, 'infinity'), offer.last_confirmed_on, usable.town_slugs,
             setweight(to_tsvector('english', plain_text(business.name || ' ' || offer.title)), 'A')
               || setweight(to_tsvector('english', replace(category.slug, '-', ' ')), 'B')
               || setweight(to_tsvector('english', plain_text(coalesce(business.summary, '') || ' ' || offer.sentence)), 'C')
               || setweight(to_tsvector('english', plain_text(usable.towns)), 'D'),
             jsonb_build_object(
               'slug', offer.slug, 'subject', offer.subject, 'title', offer.title, 'sentence', offer.sentence, 'conditions', offer.conditions,
               'terms', offer.terms - 'branchIds',
               'confirmedOn', offer.last_confirmed_on, 'category', category.slug,
               'business', jsonb_build_object('slug', business.slug, 'name', business.name,
                                              'comesToYou', business.works_in_homes),
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

  CREATE FUNCTION relist_business(chosen uuid) RETURNS void LANGUAGE sql
    AS $$ SELECT relist_businesses(ARRAY[chosen]) $$;

  -- Runs when the transaction commits, so that it sees all of it, and once for each business it changed.
  -- A bulk load says SET LOCAL offers.relist = 'off' and calls relist_businesses(NULL) itself.
  CREATE FUNCTION relist_changed() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE
    changed uuid;
  BEGIN
    IF current_setting('offers.relist', true) = 'off' THEN RETURN NULL; END IF;
    IF TG_TABLE_NAME = 'business' THEN
      changed := NEW.id;
    ELSIF TG_OP = 'DELETE' THEN
      changed := OLD.business_id;
    ELSE
      changed := NEW.business_id;
    END IF;
    IF NOT EXISTS (SELECT FROM offer WHERE business_id = changed AND status = 'published')
       AND NOT EXISTS (SELECT FROM offer_listing WHERE business_id = changed) THEN RETURN NULL; END IF;
    INSERT INTO offer_relisted AS last (business_id, by_transaction) VALUES (changed, pg_current_xact_id())
      ON CONFLICT (business_id) DO UPDATE SET by_transaction = excluded.by_transaction
      WHERE last.by_transaction <> excluded.by_transaction;
    IF FOUND THEN PERFORM relist_business(changed); END IF;
    RETURN NULL;
  END $$;

  CREATE CONSTRAINT TRIGGER offer_relist AFTER INSERT OR UPDATE OR DELETE ON offer
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION relist_changed();
  CREATE CONSTRAINT TRIGGER branch_relist AFTER INSERT OR UPDATE OR DELETE ON branch
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION relist_changed();
  CREATE CONSTRAINT TRIGGER business_relist AFTER UPDATE ON business
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN ((OLD.status, OLD.name, OLD.slug, OLD.category_id, OLD.works_in_homes, OLD.summary)
          IS DISTINCT FROM (NEW.status, NEW.name, NEW.slug, NEW.category_id, NEW.works_in_homes, NEW.summary))
    EXECUTE FUNCTION relist_changed();
`;

const searching = `
  -- What was typed, corrected word by word: as it is where the directory knows it, or a word that begins like it; else
  -- the most alike word that the directory knows; else as it is, and nothing will be found.
  CREATE FUNCTION offer_words(typed text[]) RETURNS text[] LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET pg_trgm.similarity_threshold = 0.34
    AS $$
  DECLARE
    each text;
    near text;
    corrected text[] := '{}';
  BEGIN
    FOREACH each IN ARRAY typed LOOP
      near := NULL;
      IF NOT EXISTS (SELECT FROM offer_word WHERE word >= each COLLATE "C" AND word < (each || '{') COLLATE "C") THEN
        SELECT alike.word INTO near
          FROM (SELECT word, word <-> each AS apart FROM offer_word WHERE word % each ORDER BY word <-> each LIMIT 8) alike
         ORDER BY alike.apart, abs(length(alike.word) - length(each)), alike.word LIMIT 1;
      END IF;
      corrected := corrected || coalesce(near, each);
    END LOOP;
    RETURN corrected;
  END $$;

  -- Corrected words as a query for lines that have all of them, or words that begin with them. NULL where nothing is
  -- left but words like "the".
  CREATE FUNCTION offer_query(typed text[]) RETURNS tsquery LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
  DECLARE
    each text;
    part tsquery;
    whole tsquery;
  BEGIN
    FOREACH each IN ARRAY offer_words(typed) LOOP
      part := to_tsquery('english', quote_literal(each) || ':*');
      IF numnode(part) > 0 THEN whole := CASE WHEN whole IS NULL THEN part ELSE whole && part END; END IF;
    END LOOP;
    RETURN whole;
  END $$;
`;

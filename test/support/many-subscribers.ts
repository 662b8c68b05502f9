import type { Pool } from 'pg';

/**
 * Fills the list with people in the proportions of a real one: most are adult carers and said yes to e-mail, few are
 * young, few left, nine in ten have a card. The scheme's regions and their services are there before. Sealed columns
 * hold nothing that can be opened, unless a person to copy them from is given.
 */
export async function manySubscribers(database: Pool, count: number, like = '00000000-0000-0000-0000-000000000000') {
  const pool = await database.connect();
  // Each trait by a luck of its own, the same in every run: what is rare in one way is not the same people as in another.
  await pool.query(
    `CREATE FUNCTION pg_temp.luck(n integer, trait integer) RETURNS bigint LANGUAGE sql IMMUTABLE
       RETURN hashint4extended(n, trait) & 1073741823`,
  );
  await pool.query(
    `CREATE TEMP TABLE many AS
       SELECT n, gen_random_uuid() AS holder, gen_random_uuid() AS id, places.*, lucks.*
         FROM generate_series(1, ${count}) n
         JOIN (SELECT r.id AS region_id, r.carers_service_id, row_number() OVER (ORDER BY r.name) - 1 AS place,
                      count(*) OVER () AS places FROM region r) places ON places.place = n % places.places,
              LATERAL (SELECT pg_temp.luck(n, 1) AS luck, pg_temp.luck(n, 2) AS standing, pg_temp.luck(n, 3) AS taste, pg_temp.luck(n, 4) AS age,
                              pg_temp.luck(n, 5) AS said) lucks`,
  );
  await pool.query(
    `INSERT INTO cardholder (id, first_name, last_name, birth_date, birth_date_hash, contact_channel, postcode,
         postcode_hash, region_id, caring_roles, locale, link_version, joined_at, email, mobile, address)
     SELECT many.holder, 'First' || luck % 997, 'Last' || n, coalesce(c.birth_date, ''), 'none', 'post',
            coalesce(c.postcode, ''), 'none', many.region_id, '["adult_carer"]', 'en-GB', 1, now(), c.email, c.mobile,
            c.address
       FROM many LEFT JOIN cardholder c ON c.id = $1`,
    [like],
  );
  await pool.query(
    `INSERT INTO card (id, cardholder_id, number, issue_number, kind, status, valid_from, valid_until, printed_name,
         issued_at)
     SELECT gen_random_uuid(), holder, 'many-' || n, 1, 'adult', 'active', '2026-01-01',
            CASE WHEN luck % 11 = 0 THEN '2026-02-01' ELSE '2027-12-31' END::date, 'Many', now()
       FROM many WHERE luck % 10 > 0`,
  );
  await pool.query(
    `INSERT INTO subscriber (id, cardholder_id, carers_service_id, region_id, source_kind, source_code, registered_at,
         left_at, paused_until, format, locale, topics, caring_roles, age_band, link_version)
     SELECT id, holder, carers_service_id, region_id,
            (ARRAY['application', 'application', 'application', 'paper', 'referrer', 'import'])[1 + luck % 6],
            CASE WHEN luck % 6 = 4 THEN 'GP' || luck % 97 END,
            timestamptz '2026-11-20 12:00Z' - luck % 1800 * interval '1 day' - n * interval '1 second',
            CASE WHEN standing % 25 = 0 THEN timestamptz '2026-11-01 12:00Z' END,
            CASE WHEN standing % 61 = 0 THEN date '2027-03-01' END,
            (ARRAY['standard', 'large_print', 'easy_read', 'audio'])[1 + (taste % 40 = 1)::int + 2 * (taste % 99 = 0)::int],
            CASE WHEN taste % 50 = 0 THEN 'pl' ELSE 'en-GB' END,
            CASE WHEN said % 3 = 0 THEN '[]'::jsonb WHEN said % 70 = 1 THEN '["emergencies"]' ELSE '["money", "breaks"]' END,
            CASE WHEN age % 40 = 0 THEN '{young_carer}' WHEN age % 30 = 0 THEN '{adult_carer,young_adult_carer}'
                 WHEN luck % 7 = 0 THEN '{parent_carer}' ELSE '{adult_carer}' END::text[],
            CASE WHEN age % 200 = 0 THEN 'under_13' WHEN age % 40 = 0 THEN '13_to_17' WHEN age % 30 = 0 THEN '18_to_25'
                 WHEN age % 3 = 0 THEN '65_or_over' ELSE '26_to_64' END, 1
       FROM many`,
  );
  await pool.query(
    `INSERT INTO subscription (subscriber_id, purpose, channel, active, since)
     SELECT id, purpose, channel,
            said % (CASE channel WHEN 'email' THEN 5 WHEN 'post' THEN 3 ELSE 2 END) > 0
              AND (purpose = 'carers_information' OR taste % 4 = 1), now()
       FROM many, unnest(ARRAY['carers_information', 'business_offers']) purpose,
            unnest(ARRAY['email', 'text', 'post']) channel`,
  );
  await pool.query('DROP TABLE many');
  for (const table of ['cardholder', 'card', 'subscriber', 'subscription'])
    await pool.query(`VACUUM (ANALYZE) ${table}`);
  pool.release();
}

/** A scheme of two carers services with two regions each, for specs that need no more of one. */
export async function smallScheme(pool: Pool): Promise<void> {
  await pool.query(
    `WITH made AS (
       INSERT INTO scheme (id, slug, name, brand, contact, district_codes, locales, revision, changed_at)
       VALUES (gen_random_uuid(), 'small', 'Small', '{}', '{}', '{}', '{en-GB}', 1, now()) RETURNING id),
     services AS (
       INSERT INTO carers_service (id, scheme_id, slug, name, email, phone, web, address)
       SELECT gen_random_uuid(), id, 's' || n, 'Service ' || n, '', '', '', '{}' FROM made, generate_series(1, 2) n
       RETURNING id, scheme_id, slug)
     INSERT INTO region (id, scheme_id, carers_service_id, slug, name, ward_codes, position)
     SELECT gen_random_uuid(), scheme_id, id, slug || '-' || n, slug || '-' || n, '{}', n
       FROM services, generate_series(1, 2) n`,
  );
}

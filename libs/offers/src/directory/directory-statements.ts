import type { PreparedStatement } from '@carers/database';
import { dateInLondon } from '@carers/kernel';
import { hoursAsked, isOnBankHoliday } from './asked-time.js';
import { type DirectoryQuery, type Freshness, type Position, windowSize } from './directory-query.js';

/** A question with its words corrected and put into the form in which PostgreSQL looks for them. */
export type Asked = Omit<DirectoryQuery, 'words'> & { tsquery?: string | undefined };

/** A statement and its values. Without a name it is planned anew each time, for the values at hand. */
export interface BoundStatement {
  statement: PreparedStatement | { name: null; text: string };
  values: unknown[];
}

/** The radius in metres that PostgreSQL's earthdistance counts with. */
const earthRadius = 6_378_168;
const metresInMile = 1609.344;

/** How many rows are asked for: a few numbers only, since each makes a statement of its own. */
const rowSteps = [21, 51, 101, 201, 301] as const;

/**
 * A point of earthdistance, as text of its type `cube`. Made here: worked out in SQL it would be worked out for each row.
 */
function cubeOf({ lat, lng }: { lat: number; lng: number }): string {
  const [north, east] = [(lat * Math.PI) / 180, (lng * Math.PI) / 180];
  const flat = earthRadius * Math.cos(north);
  return `(${flat * Math.cos(east)},${flat * Math.sin(east)},${earthRadius * Math.sin(north)})`;
}

/** The straight line through the earth between places so many miles apart: what `<->` of two points gives. */
function chordOf(miles: number): number {
  return 2 * earthRadius * Math.sin((miles * metresInMile) / (2 * earthRadius));
}

/** Miles over the ground between places that a straight line through the earth parts by so many metres. */
export function milesOf(chord: number): number {
  return (2 * earthRadius * Math.asin(Math.min(1, chord / (2 * earthRadius)))) / metresInMile;
}

/** A number in the text and not a value: the planner has to know how few rows are wanted. */
function limitOf(rows: number): number {
  return rowSteps.find((step) => step >= rows) ?? rowSteps[rowSteps.length - 1]!;
}

/** Numbers the values as they are mentioned. */
class Values {
  readonly list: unknown[] = [];

  put(value: unknown): string {
    this.list.push(value);
    return `$${this.list.length}`;
  }
}

/** The list in its own order. Each shape of question is a statement of its own, so that each finds its own index. */
export function byRank(query: Asked, fresh: Freshness, from: Position | null, rows: number): BoundStatement {
  const values = new Values();
  const where = listingConditions(query, fresh, values);
  if (from?.by === 'rank') where.push(`(rank, offer_id) < (${values.put(from.rank)}, ${values.put(from.id)})`);
  const text = `SELECT offer_id AS id, region_id AS "regionId", rank, line FROM offer_listing
    WHERE ${where.join(' AND ')} ORDER BY rank DESC, offer_id DESC LIMIT ${limitOf(rows)}`;
  return { statement: { name: `offers-by-rank-${shapeOf(query, from, rows)}`, text }, values: values.list };
}

/**
 * The best matches first, of one window of candidates in the list's order: ranking every match of a common word would
 * cost a hundred times as much. Not named: how common the words are decides the plan, so each search gets its own.
 */
export function byWords(query: Asked, fresh: Freshness, from: Position | null, rows: number): BoundStatement {
  const values = new Values();
  const looked = `${values.put(query.tsquery)}::tsquery`;
  const where = [...listingConditions(query, fresh, values), `words @@ ${looked}`];
  const place = from?.by === 'words' ? from : { after: null, offset: 0 };
  if (place.after) where.push(`(rank, offer_id) < (${values.put(place.after.rank)}, ${values.put(place.after.id)})`);
  const text = `WITH candidates AS (
      SELECT offer_id, region_id, rank, ts_rank(words, ${looked}) AS relevance FROM offer_listing
       WHERE ${where.join(' AND ')} ORDER BY rank DESC, offer_id DESC LIMIT ${windowSize}
    ), shown AS (
      SELECT candidates.*, count(*) OVER ()::int AS "inWindow",
             first_value(rank) OVER last AS "lastRank", first_value(offer_id) OVER last AS "lastId"
        FROM candidates WINDOW last AS (ORDER BY rank, offer_id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
    ), page AS (
      SELECT * FROM shown ORDER BY relevance DESC, rank DESC, offer_id DESC
      OFFSET ${values.put(place.offset)} LIMIT ${values.put(rows)}
    )
    SELECT page.offer_id AS id, page.region_id AS "regionId", page.rank, page."inWindow", page."lastRank",
           page."lastId", listing.line
      FROM page JOIN offer_listing listing USING (offer_id, region_id)
     ORDER BY page.relevance DESC, page.rank DESC, page.offer_id DESC`;
  return { statement: { name: null, text }, values: values.list };
}

/**
 * The nearest first; an offer with several branches stands where its nearest one does. Not named: planned without the
 * point at hand, it sorts them all (100 ms for 3,000 offers) instead of walking the index (5 ms, 1 of it planning).
 */
export function byDistance(query: Asked, fresh: Freshness, from: Position | null, rows: number): BoundStatement {
  const values = new Values();
  const near = query.near!;
  const here = `${values.put(cubeOf(near))}::cube`;
  const same = (alias: string) => [
    ...(query.regionId ? [`${alias}.region_id = ${values.put(query.regionId)}`] : []),
    ...(query.townSlug ? [`${alias}.town_slug = ${values.put(query.townSlug)}`] : []),
  ];
  const where = same('point');
  if (query.categoryId) where.push(`point.category_id = ${values.put(query.categoryId)}`);
  if (near.withinMiles !== undefined) {
    const reach = `${values.put(chordOf(near.withinMiles))}::float8`;
    where.push(`point.at <@ cube_enlarge(${here}, ${reach}, 3)`, `point.at <-> ${here} <= ${reach}`);
  }
  if (from?.by === 'distance') {
    where.push(
      `(point.at <-> ${here}, point.offer_id) > (${values.put(from.apart)}::float8, ${values.put(from.id)}::uuid)`,
    );
  }
  // Asked for each row as it comes, while a join may be done for all of them. The CASE keeps the planner from believing
  // that hardly any row passes, which would make it sort them all instead of walking the index.
  where.push(`CASE point.branch_id WHEN (
      SELECT other.branch_id FROM offer_point other
       WHERE ${['other.offer_id = point.offer_id', ...same('other')].join(' AND ')}
       ORDER BY other.at <-> ${here}, other.branch_id LIMIT 1) THEN true ELSE false END`);
  const listed = [
    `listing.ends_on >= ${values.put(fresh.today)}`,
    `listing.confirmed_on >= ${values.put(fresh.confirmedSince)}`,
  ];
  listed.push(...openConditions(query, values, 'listing.'));
  if (query.tsquery) listed.push(`listing.words @@ ${values.put(query.tsquery)}::tsquery`);
  const text = `SELECT point.offer_id AS id, point.region_id AS "regionId", point.at <-> ${here} AS apart,
           listing.line,
           jsonb_build_object('id', branch.id, 'slug', branch.slug, 'name', branch.name, 'town', branch.town,
             'postcode', branch.postcode, 'online', false, 'accessibility', branch.accessibility) AS nearest
      FROM offer_point point
      JOIN offer_listing listing
        ON listing.offer_id = point.offer_id AND listing.region_id = point.region_id AND ${listed.join(' AND ')}
      JOIN branch ON branch.id = point.branch_id
     WHERE ${where.join(' AND ')}
     ORDER BY point.at <-> ${here}, point.offer_id LIMIT ${limitOf(rows)}`;
  return { statement: { name: null, text }, values: values.list };
}

/** How many there are, up to `most`. */
export function counting(query: Asked, fresh: Freshness, most: number): BoundStatement {
  const values = new Values();
  const where = listingConditions(query, fresh, values);
  if (query.tsquery) where.push(`words @@ ${values.put(query.tsquery)}::tsquery`);
  if (query.near?.withinMiles !== undefined) {
    const here = `${values.put(cubeOf(query.near))}::cube`;
    const reach = `${values.put(chordOf(query.near.withinMiles))}::float8`;
    where.push(`offer_id IN (SELECT offer_id FROM offer_point
      WHERE at <@ cube_enlarge(${here}, ${reach}, 3) AND at <-> ${here} <= ${reach})`);
  } else if (query.near) where.push('offer_id IN (SELECT offer_id FROM offer_point)');
  const text = `SELECT count(*)::int AS count FROM (
      SELECT FROM offer_listing WHERE ${where.join(' AND ')} LIMIT ${values.put(most)}) found`;
  return { statement: { name: null, text }, values: values.list };
}

function listingConditions(query: Asked, fresh: Freshness, values: Values): string[] {
  const where = [query.regionId ? `region_id = ${values.put(query.regionId)}` : 'is_first'];
  if (query.categoryId) where.push(`category_id = ${values.put(query.categoryId)}`);
  if (query.townSlug) where.push(`town_slugs @> ARRAY[${values.put(query.townSlug)}]`);
  where.push(`ends_on >= ${values.put(fresh.today)}`, `confirmed_on >= ${values.put(fresh.confirmedSince)}`);
  return [...where, ...openConditions(query, values)];
}

/** Passes over what cannot be open at the asked time, and never what can: the rules decide on the rest. */
function openConditions({ usableAt }: Asked, values: Values, alias = ''): string[] {
  if (!usableAt) return [];
  return [
    `(${alias}open_hours & ${values.put(hoursAsked(usableAt))}::bit(168)) <> 0::bit(168)`,
    ...(isOnBankHoliday(usableAt) ? [`NOT ${alias}shut_on_bank_holidays`] : []),
    `coalesce(${alias}line -> 'terms' ->> 'startsOn' <= ${values.put(dateInLondon(usableAt.from))}, true)`,
  ];
}

/** One letter for each part that the text depends on: at most 240 shapes. */
function shapeOf(query: Asked, from: Position | null, rows: number): string {
  const parts = [query.regionId && 'r', query.categoryId && 'c', query.townSlug && 't', from && 'n'];
  if (query.usableAt) parts.push(isOnBankHoliday(query.usableAt) ? 'h' : 'u');
  return `${parts.filter(Boolean).join('')}${limitOf(rows)}`;
}

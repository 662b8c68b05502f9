import type { PreparedStatement } from '@carers/database';
import { type DirectoryQuery, type Freshness, type Position, windowSize } from './directory-query.js';

/** A statement and its values. Without a name it is planned anew each time, for the values at hand. */
export interface BoundStatement {
  statement: PreparedStatement | { name: null; text: string };
  values: unknown[];
}

const metresInMile = 1609.344;

/** Numbers the values as they are mentioned. */
class Values {
  readonly list: unknown[] = [];

  put(value: unknown): string {
    this.list.push(value);
    return `$${this.list.length}`;
  }
}

/** The list in its own order. Each shape of question is a statement of its own, so that each finds its own index. */
export function byRank(query: DirectoryQuery, fresh: Freshness, from: Position | null, rows: number): BoundStatement {
  const values = new Values();
  const where = listingConditions(query, fresh, values);
  if (from?.by === 'rank') where.push(`(rank, offer_id) < (${values.put(from.rank)}, ${values.put(from.id)})`);
  const text = `SELECT offer_id AS id, region_id AS "regionId", rank, line FROM offer_listing
    WHERE ${where.join(' AND ')} ORDER BY rank DESC, offer_id DESC LIMIT ${values.put(rows)}`;
  return { statement: { name: `offers-by-rank-${shapeOf(query, from)}`, text }, values: values.list };
}

/**
 * The best matches first, of one window of candidates in the list's order: ranking every match of a common word would
 * cost a hundred times as much. Not named: how common the words are decides the plan, so each search gets its own.
 */
export function byWords(query: DirectoryQuery, fresh: Freshness, from: Position | null, rows: number): BoundStatement {
  const values = new Values();
  const typed = values.put(query.words);
  const where = [...listingConditions(query, fresh, values), `words @@ offer_query(${typed})`];
  const place = from?.by === 'words' ? from : { after: null, offset: 0 };
  if (place.after) where.push(`(rank, offer_id) < (${values.put(place.after.rank)}, ${values.put(place.after.id)})`);
  const text = `WITH candidates AS (
      SELECT offer_id, region_id, rank, ts_rank(words, offer_query(${typed})) AS relevance FROM offer_listing
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

/** The nearest first; an offer with several branches stands where its nearest one does. */
export function byDistance(
  query: DirectoryQuery,
  fresh: Freshness,
  from: Position | null,
  rows: number,
): BoundStatement {
  const values = new Values();
  const near = query.near!;
  const here = `ll_to_earth(${values.put(near.lat)}, ${values.put(near.lng)})`;
  const same = (alias: string) => [
    ...(query.regionId ? [`${alias}.region_id = ${values.put(query.regionId)}`] : []),
    ...(query.townSlug ? [`${alias}.town_slug = ${values.put(query.townSlug)}`] : []),
  ];
  const where = same('point');
  if (query.categoryId) where.push(`point.category_id = ${values.put(query.categoryId)}`);
  if (near.withinMiles !== undefined) {
    const metres = values.put(near.withinMiles * metresInMile);
    where.push(`point.at <@ earth_box(${here}, ${metres})`, `earth_distance(point.at, ${here}) <= ${metres}`);
  }
  if (from?.by === 'distance') {
    where.push(
      `(point.at <-> ${here}, point.offer_id) > (${values.put(from.apart)}::float8, ${values.put(from.id)}::uuid)`,
    );
  }
  where.push(`NOT EXISTS (
      SELECT FROM offer_point other WHERE ${[
        'other.offer_id = point.offer_id',
        ...same('other'),
        `(other.at <-> ${here}, other.branch_id) < (point.at <-> ${here}, point.branch_id)`,
      ].join(' AND ')})`);
  const listed = [
    `listing.ends_on >= ${values.put(fresh.today)}`,
    `listing.confirmed_on >= ${values.put(fresh.confirmedSince)}`,
  ];
  if (query.words?.length) listed.push(`listing.words @@ offer_query(${values.put(query.words)})`);
  const text = `SELECT point.offer_id AS id, point.region_id AS "regionId", point.at <-> ${here} AS apart,
           earth_distance(point.at, ${here}) AS metres, listing.line,
           jsonb_build_object('id', branch.id, 'slug', branch.slug, 'name', branch.name, 'town', branch.town,
             'postcode', branch.postcode, 'online', false, 'accessibility', branch.accessibility) AS nearest
      FROM offer_point point
      JOIN offer_listing listing
        ON listing.offer_id = point.offer_id AND listing.region_id = point.region_id AND ${listed.join(' AND ')}
      JOIN branch ON branch.id = point.branch_id
     WHERE ${where.join(' AND ')}
     ORDER BY point.at <-> ${here}, point.offer_id LIMIT ${values.put(rows)}`;
  const name = query.words?.length ? null : `offers-by-distance-${shapeOf(query, from)}`;
  return { statement: { name, text } as BoundStatement['statement'], values: values.list };
}

/** How many there are, up to `most`. */
export function counting(query: DirectoryQuery, fresh: Freshness, most: number): BoundStatement {
  const values = new Values();
  const where = listingConditions(query, fresh, values);
  if (query.words?.length) where.push(`words @@ offer_query(${values.put(query.words)})`);
  if (query.near?.withinMiles !== undefined) {
    const here = `ll_to_earth(${values.put(query.near.lat)}, ${values.put(query.near.lng)})`;
    const metres = values.put(query.near.withinMiles * metresInMile);
    where.push(`offer_id IN (SELECT offer_id FROM offer_point
      WHERE at <@ earth_box(${here}, ${metres}) AND earth_distance(at, ${here}) <= ${metres})`);
  } else if (query.near) where.push('offer_id IN (SELECT offer_id FROM offer_point)');
  const text = `SELECT count(*)::int AS count FROM (
      SELECT FROM offer_listing WHERE ${where.join(' AND ')} LIMIT ${values.put(most)}) found`;
  return { statement: { name: null, text }, values: values.list };
}

function listingConditions(query: DirectoryQuery, fresh: Freshness, values: Values): string[] {
  const where = [query.regionId ? `region_id = ${values.put(query.regionId)}` : 'is_first'];
  if (query.categoryId) where.push(`category_id = ${values.put(query.categoryId)}`);
  if (query.townSlug) where.push(`town_slugs @> ARRAY[${values.put(query.townSlug)}]`);
  where.push(`ends_on >= ${values.put(fresh.today)}`, `confirmed_on >= ${values.put(fresh.confirmedSince)}`);
  return where;
}

/** One letter for each part that the text depends on: at most 32 shapes for each kind of list. */
function shapeOf(query: DirectoryQuery, from: Position | null): string {
  const parts = [
    query.regionId && 'r',
    query.categoryId && 'c',
    query.townSlug && 't',
    query.near?.withinMiles !== undefined && 'w',
    from && 'n',
  ];
  return parts.filter(Boolean).join('') || 'all';
}

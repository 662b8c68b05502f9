import type { Accessibility } from '@carers/businesses';
import { Database } from '@carers/database';
import { Injectable } from '@nestjs/common';
import type { ListedLine } from './listing.js';

/** A place of a business with everything a visitor needs. */
export interface DetailedPlace {
  id: string;
  slug: string;
  name: string;
  online: boolean;
  addressLines: string[];
  town: string | null;
  postcode: string | null;
  phone: string | null;
  opening: string | null;
  lat: number | null;
  lng: number | null;
  /** All zeros for an online branch. */
  regionId: string;
  accessibility: Accessibility;
}

export interface DetailedOffer {
  id: string;
  /** The first region where it can be used; its page stands under it. */
  regionId: string;
  regionIds: string[];
  line: ListedLine;
  summary: string | null;
  website: string | null;
  places: DetailedPlace[];
}

export interface DetailedBusiness {
  id: string;
  slug: string;
  name: string;
  summary: string | null;
  website: string | null;
  category: string;
  /** A trade may be shown only with a listed offer, or while it may visit homes. */
  mayBeShown: boolean;
  places: DetailedPlace[];
  offers: { id: string; regionId: string; line: ListedLine }[];
}

/** Most places that one page lists. */
const mostPlaces = 200;

const placeColumns = `jsonb_build_object('id', branch.id, 'slug', branch.slug, 'name', branch.name, 'online', branch.online,
  'addressLines', branch.address_lines, 'town', branch.town, 'postcode', branch.postcode, 'phone', branch.phone,
  'opening', branch.opening, 'lat', branch.lat, 'lng', branch.lng, 'accessibility', branch.accessibility,
  'regionId', coalesce(branch.region_id, '00000000-0000-0000-0000-000000000000'))`;

const offerText = (condition: string) => `
  SELECT offer.id, first.region_id AS "regionId", first.line, business.summary, business.website,
         ARRAY(SELECT region_id FROM offer_listing WHERE offer_id = offer.id) AS "regionIds",
         coalesce((SELECT jsonb_agg(${placeColumns} ORDER BY branch.online, branch.name, branch.id) FROM (
            SELECT * FROM branch
             WHERE business_id = business.id AND closed_at IS NULL
               AND (NOT offer.terms ? 'branchIds' OR offer.terms -> 'branchIds' ? branch.id::text)
             ORDER BY name, id LIMIT ${mostPlaces}) branch), '[]') AS places
    FROM offer
    JOIN business ON business.id = offer.business_id
    JOIN offer_listing first ON first.offer_id = offer.id AND first.is_first
     AND first.ends_on >= $2 AND first.confirmed_on >= $3
   WHERE ${condition}`;

/** One offer or business of the directory in full. One statement each. */
@Injectable()
export class DirectoryDetails {
  constructor(private readonly database: Database) {}

  /** A listed offer, or null. */
  async offerById(id: string, fresh: { today: string; confirmedSince: string }): Promise<DetailedOffer | null> {
    return this.one({ name: 'offers-one-by-id', text: offerText('offer.id = $1') }, [
      id,
      fresh.today,
      fresh.confirmedSince,
    ]);
  }

  /** A listed offer, or null. */
  async offerBySlug(slug: string, fresh: { today: string; confirmedSince: string }): Promise<DetailedOffer | null> {
    const statement = { name: 'offers-one-by-slug', text: offerText('offer.slug = $1') };
    return this.one(statement, [slug, fresh.today, fresh.confirmedSince]);
  }

  /** The business whose offer once had this slug, if it is still published; and whether the offer is only withheld. */
  async businessOfEnded(slug: string): Promise<{ slug: string; name: string; withheld: boolean } | null> {
    const rows = await this.database.query<{ slug: string; name: string; withheld: boolean }>(
      `SELECT business.slug, business.name, offer.status = 'withheld' AS withheld FROM offer JOIN business ON business.id = offer.business_id
        WHERE offer.slug = $1 AND offer.published_at IS NOT NULL AND business.status = 'published'`,
      [slug],
    );
    return rows[0] ?? null;
  }

  /** A published business with its offers, or null. */
  async business(slug: string, fresh: { today: string; confirmedSince: string }): Promise<DetailedBusiness | null> {
    const rows = await this.database.prepared<DetailedBusiness & Record<string, unknown>>(
      {
        name: 'offers-one-business',
        text: `
          SELECT business.id, business.slug, business.name, business.summary, business.website,
                 category.slug AS category,
                 NOT business.works_in_homes OR coalesce(business.home_visits_until >= $2, false)
                   OR EXISTS (SELECT FROM offer_listing WHERE business_id = business.id AND is_first
                               AND ends_on >= $2 AND confirmed_on >= $3) AS "mayBeShown",
                 coalesce((SELECT jsonb_agg(${placeColumns} ORDER BY branch.online, branch.name, branch.id) FROM (
                    SELECT * FROM branch WHERE business_id = business.id AND closed_at IS NULL
                     ORDER BY name, id LIMIT ${mostPlaces}) branch), '[]') AS places,
                 coalesce((SELECT jsonb_agg(jsonb_build_object('id', offer_id, 'regionId', region_id, 'line', line)
                                  ORDER BY rank DESC, offer_id DESC)
                    FROM offer_listing WHERE business_id = business.id AND is_first
                     AND ends_on >= $2 AND confirmed_on >= $3), '[]') AS offers
            FROM business JOIN category ON category.id = business.category_id
           WHERE business.slug = $1 AND business.status = 'published'`,
      },
      [slug, fresh.today, fresh.confirmedSince],
    );
    return rows[0] ?? null;
  }

  private async one(statement: { name: string; text: string }, values: unknown[]): Promise<DetailedOffer | null> {
    const rows = await this.database.prepared<DetailedOffer & Record<string, unknown>>(statement, values);
    return rows[0] ?? null;
  }
}

import { Database } from '@carers/database';
import { Clock } from '@carers/kernel';
import { Injectable } from '@nestjs/common';

/** How many carers want a kind of place somewhere, and how many there are. */
export interface DemandLine {
  regionId: string;
  /** Null: anywhere in the region. */
  townId: string | null;
  town: string | null;
  categoryId: string;
  categorySlug: string;
  votes: number;
  /** Published businesses of that kind there. */
  businesses: number;
}

/** Fewer than these are told to nobody who need not know. */
export const smallest = 5;

const liveCard = `EXISTS (SELECT FROM card WHERE card.cardholder_id = vote.cardholder_id
  AND card.status = 'active' AND card.kind <> 'test' AND $1 BETWEEN card.valid_from AND card.valid_until)`;

/** Wishes against what there is. Only cards that work have a voice. */
@Injectable()
export class Demand {
  /** Most lines of the board: a county has some 20 towns and 14 kinds of places. */
  private static readonly mostLines = 1_000;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** The board, the widest gaps first: most voices for fewest places. */
  async board(regionId: string | null = null): Promise<DemandLine[]> {
    return this.database.query<DemandLine>(
      `SELECT wanted.region_id AS "regionId", wanted.town_id AS "townId", town.name AS town,
              wanted.category_id AS "categoryId", category.slug AS "categorySlug", votes, there.businesses
         FROM (SELECT region_id, town_id, category_id, count(*)::integer AS votes
                 FROM place_vote vote WHERE ($2::uuid IS NULL OR region_id = $2) AND ${liveCard}
                GROUP BY region_id, town_id, category_id) wanted
         JOIN category ON category.id = wanted.category_id LEFT JOIN town ON town.id = wanted.town_id
         CROSS JOIN LATERAL (
           SELECT count(DISTINCT business.id)::integer AS businesses
             FROM business JOIN branch ON branch.business_id = business.id AND branch.closed_at IS NULL
            WHERE business.status = 'published' AND business.category_id = wanted.category_id
              AND branch.region_id = wanted.region_id AND (wanted.town_id IS NULL OR branch.town = town.name)) there
        ORDER BY votes::numeric / (1 + there.businesses) DESC, votes DESC, "regionId", "townId", "categorySlug"
        LIMIT ${Demand.mostLines}`,
      [this.clock.today(), regionId],
    );
  }

  /** How many carers want this kind of place in a town; with those who want it anywhere in the region. */
  async voices(place: { categoryId: string; regionId: string; townName: string | null }): Promise<number> {
    const [row] = await this.database.query<{ votes: number }>(
      `SELECT count(*)::integer AS votes FROM place_vote vote LEFT JOIN town ON town.id = vote.town_id
        WHERE vote.category_id = $2 AND vote.region_id = $3 AND (vote.town_id IS NULL OR $4::text IS NULL OR town.name = $4)
          AND ${liveCard}`,
      [this.clock.today(), place.categoryId, place.regionId, place.townName],
    );
    return row!.votes;
  }
}

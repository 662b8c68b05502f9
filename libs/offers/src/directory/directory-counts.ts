import { Database } from '@carers/database';
import { Injectable } from '@nestjs/common';
import { Directory } from './directory.js';
import { DirectoryMemory } from './directory-memory.js';

/** How many offers there are, and where. */
export interface Counts {
  /** Each offer once, wherever it can be used. */
  offers: number;
  businesses: number;
  /** Places that can be visited. */
  places: number;
  /** By region id: offers that can be used there. */
  byRegion: ReadonlyMap<string, number>;
  /** By category id: each offer once. */
  byCategory: ReadonlyMap<string, number>;
  /** Of one region and category. */
  of(regionId: string, categoryId: string): number;
}

interface Row {
  [column: string]: unknown;
  regionId: string;
  categoryId: string;
  usable: number;
  first: number;
}

/** The figures beside filters and regions: at most a few seconds old, read from an index alone. */
@Injectable()
export class DirectoryCounts {
  constructor(
    private readonly database: Database,
    private readonly directory: Directory,
    private readonly memory: DirectoryMemory,
  ) {}

  async current(): Promise<Counts> {
    return this.memory.answer('counts', () => this.read());
  }

  private async read(): Promise<Counts> {
    const fresh = await this.directory.freshness();
    const [rows, [reach]] = await Promise.all([
      this.database.prepared<Row>(
        {
          name: 'offers-counts',
          text: `SELECT region_id AS "regionId", category_id AS "categoryId", count(*)::int AS usable,
                        (count(*) FILTER (WHERE is_first))::int AS first
                   FROM offer_listing WHERE ends_on >= $1 AND confirmed_on >= $2 GROUP BY region_id, category_id`,
        },
        [fresh.today, fresh.confirmedSince],
      ),
      this.database.prepared<{ businesses: number; places: number }>(
        {
          name: 'offers-reach',
          text: `SELECT (SELECT count(DISTINCT business_id)::int FROM offer_listing) AS businesses,
                        (SELECT count(DISTINCT branch_id)::int FROM offer_point) AS places`,
        },
        [],
      ),
    ]);
    const byRegion = new Map<string, number>();
    const byCategory = new Map<string, number>();
    const both = new Map<string, number>();
    for (const { regionId, categoryId, usable, first } of rows) {
      byRegion.set(regionId, (byRegion.get(regionId) ?? 0) + usable);
      byCategory.set(categoryId, (byCategory.get(categoryId) ?? 0) + first);
      both.set(`${regionId} ${categoryId}`, usable);
    }
    return {
      offers: rows.reduce((sum, { first }) => sum + first, 0),
      businesses: reach?.businesses ?? 0,
      places: reach?.places ?? 0,
      byRegion,
      byCategory,
      of: (regionId, categoryId) => both.get(`${regionId} ${categoryId}`) ?? 0,
    };
  }
}

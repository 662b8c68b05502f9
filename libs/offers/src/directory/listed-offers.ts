import { Database } from '@carers/database';
import { SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { Directory } from './directory.js';
import { onlineSlug, type ListedLine } from './listing.js';

/** An offer as everybody sees it in the directory, and where: "Poole", "Online", "3 places". */
export interface ListedOffer {
  id: string;
  regionSlug: string;
  line: ListedLine;
  where: string;
}

/** Offers of the directory by their ids, or by some letters of their names: for texts that point at them. */
@Injectable()
export class ListedOffers {
  constructor(
    private readonly database: Database,
    private readonly directory: Directory,
    private readonly schemes: SchemeService,
  ) {}

  /** Those that are listed today, in the order of the ids. */
  async byIds(ids: readonly string[]): Promise<ListedOffer[]> {
    if (ids.length === 0) return [];
    const { today, confirmedSince } = await this.directory.freshness();
    const rows = await this.database.query<{ id: string; regionId: string; line: ListedLine }>(
      `SELECT DISTINCT ON (offer_id) offer_id AS id, region_id AS "regionId", line FROM offer_listing
       WHERE offer_id = ANY ($1::uuid[]) AND ends_on >= $2 AND confirmed_on >= $3
       ORDER BY offer_id, is_first DESC, region_id`,
      [ids, today, confirmedSince],
    );
    const listed = await this.listed(rows);
    return ids.flatMap((id) => listed.find((offer) => offer.id === id) ?? []);
  }

  /** Those that words of a business's or an offer's name find, best first. */
  async search(words: readonly string[], limit: number): Promise<ListedOffer[]> {
    const { offers } = await this.directory.list({ words: [...words], limit });
    return this.listed(offers);
  }

  private async listed(rows: readonly { id: string; regionId: string; line: ListedLine }[]): Promise<ListedOffer[]> {
    const { regions } = await this.schemes.current();
    return rows.map(({ id, regionId, line }) => ({
      id,
      line,
      regionSlug: regions.find((region) => region.id === regionId)?.slug ?? onlineSlug,
      where: line.branches
        .map(({ town, name }) => town ?? name)
        .filter(first)
        .join(', '),
    }));
  }
}

function first(value: string, index: number, all: readonly string[]): boolean {
  return all.indexOf(value) === index;
}

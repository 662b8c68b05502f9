import { Database } from '@carers/database';
import { Injectable } from '@nestjs/common';
import type { LeafletKind } from '../leaflets/leaflet.entity.js';

/** The way from paper to use, for one source. */
export interface SourceFigures {
  /** `suggestion`: no code was given, but somebody had suggested the business. */
  kind: LeafletKind | 'suggestion';
  /** Codes that were made, and of these fetched to print. None for suggestions. */
  codes: number;
  downloaded: number;
  /** Businesses that were suggested by those who hold such a code, or at all. */
  leads: number;
  /** Businesses that gave such a code when they joined. */
  joined: number;
  /** Of these, those that were published, and those that were used. */
  published: number;
  used: number;
}

/** The same for one code. */
export interface CodeFigures extends Omit<SourceFigures, 'kind' | 'codes' | 'downloaded'> {
  id: string;
  code: string;
  kind: LeafletKind;
  label: string | null;
  regionId: string | null;
  madeAt: Date;
  downloads: number;
  firstUsedOn: string | null;
}

/** Counted from leaflet to first redemption. Every figure is a query over what is there. */
@Injectable()
export class Figures {
  constructor(private readonly database: Database) {}

  /** One line for each kind of source, in the order of how personal it is. */
  async bySource(): Promise<SourceFigures[]> {
    const counts = await this.database.query<SourceFigures>(
      `SELECT kind, count(leaflet.id)::integer AS codes, count(first_downloaded_on)::integer AS downloaded,
              (SELECT count(DISTINCT lead_support.lead_id)::integer FROM lead_support WHERE kind = kinds.as_supporter) AS leads,
              coalesce(sum(joined), 0)::integer AS joined, coalesce(sum(published), 0)::integer AS published,
              coalesce(sum(used), 0)::integer AS used
         FROM unnest(ARRAY['cardholder', 'staff', 'letter'], ARRAY['cardholder', 'staff', NULL]) AS kinds (kind, as_supporter)
         LEFT JOIN leaflet USING (kind) LEFT JOIN LATERAL (${outcomes}) outcome ON true
        GROUP BY kind, as_supporter`,
    );
    const [suggested] = await this.database.query<SourceFigures>(
      `SELECT 'suggestion' AS kind, 0 AS codes, 0 AS downloaded,
              (SELECT count(*)::integer FROM recruiting_lead WHERE merged_into IS NULL) AS leads,
              (SELECT count(*)::integer FROM recruiting_lead WHERE stage = 'joined' AND merged_into IS NULL) AS joined,
              count(*)::integer AS published, count(first_used_on)::integer AS used
         FROM recruitment WHERE leaflet_id IS NULL`,
    );
    const order: SourceFigures['kind'][] = ['cardholder', 'staff', 'letter'];
    return [...order.map((kind) => counts.find((each) => each.kind === kind)!), suggested!];
  }

  /** Code by code, the newest last, a page at a time. Whose a code is, is not told. */
  async byCode(after: string | null, limit: number): Promise<CodeFigures[]> {
    return this.database.query<CodeFigures>(
      `SELECT leaflet.id, code, leaflet.kind, label, region_id AS "regionId", made_at AS "madeAt", downloads,
              (SELECT count(*)::integer FROM lead_support WHERE lead_support.cardholder_id = leaflet.cardholder_id) AS leads,
              joined, published, used, first_used::text AS "firstUsedOn"
         FROM leaflet LEFT JOIN LATERAL (${outcomes}) outcome ON true
        WHERE $1::uuid IS NULL OR leaflet.id > $1 ORDER BY leaflet.id LIMIT $2`,
      [after, limit],
    );
  }
}

/** What came of one leaflet. */
const outcomes = `
  SELECT (SELECT count(*)::integer FROM business
           WHERE recruited_by_code = leaflet.code AND submitted_at IS NOT NULL) AS joined,
         count(recruitment.business_id)::integer AS published,
         count(recruitment.first_used_on)::integer AS used, min(recruitment.first_used_on) AS first_used
    FROM recruitment WHERE recruitment.leaflet_id = leaflet.id`;

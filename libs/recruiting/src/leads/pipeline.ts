import { Database } from '@carers/database';
import { Clock, isUuid, type LocalDate } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { type LeadStage, leadStages } from './lead-stages.js';

/** What staff ask for; nothing of it means everything that is not ended, the most wanted first. */
export interface LeadFilter {
  /** `open`: new, contacted and interested ones. */
  stage: LeadStage | 'open';
  regionId: string | null;
  categoryId: string | null;
  /** Only those that this account looks after. */
  assigneeId: string | null;
  /** Only those whose next date has come. */
  due: boolean;
  order: 'wanted' | 'oldest';
  cursor: string | null;
}

/** One line of the list. */
export interface LeadLine {
  id: string;
  name: string;
  town: string | null;
  regionId: string | null;
  categorySlug: string | null;
  stage: LeadStage;
  supporters: number;
  others: number;
  createdAt: Date;
  nextOn: LocalDate | null;
  assignee: string | null;
}

const openStages = ['new', 'contacted', 'interested'];

/** Leads as staff go through them. */
@Injectable()
export class Pipeline {
  static readonly pageSize = 50;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** A page of the list and where the next one begins. */
  async page(filter: LeadFilter): Promise<{ lines: LeadLine[]; next: string | null }> {
    const [supporters, after] = readCursor(filter.cursor);
    const later =
      filter.order === 'wanted'
        ? '($6::integer IS NULL OR supporters < $6 OR (supporters = $6 AND r.lead_id > $7::uuid))'
        : '($6::integer IS NULL OR r.lead_id > $7::uuid)';
    const rows = await this.database.query<LeadLine>(
      `SELECT lead.id, business_name AS name, town, r.region_id AS "regionId", category.slug AS "categorySlug", stage,
              supporters, others, lead.created_at AS "createdAt", next_on::text AS "nextOn", account.name AS assignee
         FROM recruiting_lead r JOIN lead ON lead.id = r.lead_id
         LEFT JOIN category ON category.id = category_id LEFT JOIN account ON account.id = assignee_id
        WHERE merged_into IS NULL AND stage = ANY ($1)
          AND ($2::uuid IS NULL OR r.region_id = $2) AND ($3::uuid IS NULL OR category_id = $3)
          AND ($4::uuid IS NULL OR assignee_id = $4) AND ($5::date IS NULL OR next_on <= $5) AND ${later}
        ORDER BY ${filter.order === 'wanted' ? 'supporters DESC, r.lead_id' : 'r.lead_id'} LIMIT ${Pipeline.pageSize + 1}`,
      [
        filter.stage === 'open' ? openStages : [filter.stage],
        filter.regionId,
        filter.categoryId,
        filter.assigneeId,
        filter.due ? this.clock.today() : null,
        supporters,
        after,
      ],
    );
    const lines = rows.slice(0, Pipeline.pageSize);
    const last = lines.at(-1);
    return { lines, next: rows.length > lines.length && last ? `${last.supporters}_${last.id}` : null };
  }

  /** How many leads are at each stage. */
  async counts(): Promise<Record<LeadStage, number>> {
    const rows = await this.database.query<{ stage: LeadStage; count: number }>(
      'SELECT stage, count(*)::integer AS count FROM recruiting_lead WHERE merged_into IS NULL GROUP BY stage',
    );
    const counted = new Map(rows.map(({ stage, count }) => [stage, count]));
    return Object.fromEntries(leadStages.map((stage) => [stage, counted.get(stage) ?? 0])) as Record<LeadStage, number>;
  }

  /** Those that nobody has looked at, and those whose next date has come. */
  async waiting(): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      `SELECT count(*)::integer AS count FROM recruiting_lead
        WHERE merged_into IS NULL AND (stage = 'new' OR next_on <= $1)`,
      [this.clock.today()],
    );
    return row!.count;
  }
}

function readCursor(cursor: string | null): [number, string] | [null, null] {
  const match = /^(\d{1,9})_(.+)$/.exec(cursor ?? '');
  return match && isUuid(match[2]!) ? [Number(match[1]), match[2]!] : [null, null];
}

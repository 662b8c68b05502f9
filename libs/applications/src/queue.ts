import { Database } from '@carers/database';
import { Clock, isUuid } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import type { ApplicationKind, ApplicationSource, WaitReason } from './application.entity.js';
import type { ApplicationState } from './application-state.js';
import { readReference } from './reference.js';

/** What staff can look at: the states, and appeals that wait. */
export const piles = ['submitted', 'more_information', 'appeals', 'approved', 'declined', 'withdrawn'] as const;
export type Pile = (typeof piles)[number];

export interface QueueFilter {
  pile: Pile;
  regionId: string | null;
  /** Only those sent at least so many days ago; 0 for all. */
  waitingDays: number;
  /** Part of a name, or the start of a reference. */
  search: string | null;
  cursor: string | null;
}

export interface QueueRow {
  id: string;
  reference: string;
  firstName: string;
  lastName: string;
  state: ApplicationState;
  source: ApplicationSource;
  kind: ApplicationKind;
  regionId: string;
  waitsFor: WaitReason[];
  submittedAt: Date;
}

const pageSize = 25;

const inPile = `(CASE WHEN $1 = 'appeals' THEN state = 'declined' AND appealed_at IS NOT NULL AND appeal_decided_at IS NULL
                      ELSE state = $1 END)`;

/** The registrar's queue: the oldest first, page by page. */
@Injectable()
export class Queue {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** One page of a pile, and where the next one begins. */
  async page(filter: QueueFilter): Promise<{ rows: QueueRow[]; next: string | null }> {
    const since = new Date(this.clock.now().getTime() - filter.waitingDays * 86_400_000);
    const [after, afterId] = readCursor(filter.cursor);
    const reference = filter.search ? readReference(filter.search) : null;
    const rows = await this.database.query<QueueRow>(
      `SELECT id, reference, first_name AS "firstName", last_name AS "lastName", state, source, kind,
              region_id AS "regionId", waits_for AS "waitsFor", submitted_at AS "submittedAt"
         FROM application
        WHERE state <> 'draft' AND ${inPile}
          AND ($2::uuid IS NULL OR region_id = $2)
          AND submitted_at <= $3
          AND ($4::text IS NULL
               OR reference LIKE $5 || '%'
               OR strpos(plain_text(first_name || ' ' || last_name), plain_text($4)) > 0
               OR plain_text(first_name || ' ' || last_name) % plain_text($4))
          AND ($6::timestamptz IS NULL OR (submitted_at, id) > ($6, $7::uuid))
        ORDER BY submitted_at, id
        LIMIT ${pageSize + 1}`,
      [filter.pile, filter.regionId, since, filter.search, reference, after, afterId],
    );
    const shown = rows.slice(0, pageSize);
    const last = shown.at(-1);
    return { rows: shown, next: rows.length > pageSize && last ? `${last.submittedAt.getTime()}_${last.id}` : null };
  }

  /** How many applications lie in each pile. */
  async counts(): Promise<Record<Pile, number>> {
    const rows = await this.database.query<{ state: Pile; count: number; appeals: number }>(
      `SELECT state, count(*)::int AS count,
              count(*) FILTER (WHERE appealed_at IS NOT NULL AND appeal_decided_at IS NULL)::int AS appeals
         FROM application WHERE state <> 'draft' GROUP BY state`,
    );
    const counts = Object.fromEntries(piles.map((pile) => [pile, 0])) as Record<Pile, number>;
    for (const { state, count, appeals } of rows) {
      counts[state] = count;
      if (state === ('declined' as Pile)) counts.appeals = appeals;
    }
    return counts;
  }

  /** How many wait for a decision: the number on the staff home page. */
  async waiting(): Promise<number> {
    const { submitted, appeals } = await this.counts();
    return submitted + appeals;
  }
}

function readCursor(cursor: string | null): [Date | null, string | null] {
  const match = /^(\d{1,15})_(.+)$/.exec(cursor ?? '');
  return match && isUuid(match[2]!) ? [new Date(Number(match[1])), match[2]!] : [null, null];
}

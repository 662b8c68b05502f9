import { Database } from '@carers/database';
import { isUuid } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import type { CaseState } from './case-moves.js';
import type { WaitingFor } from './vetting-case.entity.js';

export interface QueueFilter {
  state?: CaseState | null;
  tier?: string | null;
  waitingFor?: WaitingFor | null;
  /** Account of the officer who looks after it, or `nobody`. */
  officer?: string | null;
  /** `next` of the page before. */
  after?: string | null;
}

export interface CaseLine {
  id: string;
  reference: string;
  businessId: string;
  businessName: string;
  programmeId: string;
  state: CaseState;
  tier: string | null;
  waitingFor: WaitingFor;
  officerId: string | null;
  /** The age of a case is the time that it has been where it is. */
  stateSince: Date;
  submittedAt: Date | null;
}

const pageSize = 25;

/** What the queue shows when nothing is asked for: everything that has begun and not ended. */
export const running = `state NOT IN ('draft', 'refused', 'removed', 'withdrawn')`;

/** The officers' queue: who has waited longest stands first, page by page. */
@Injectable()
export class CaseQueue {
  constructor(private readonly database: Database) {}

  /** One page, and where the next begins. */
  async page(filter: QueueFilter = {}): Promise<{ lines: CaseLine[]; next: string | null }> {
    const { text, values } = pageStatement(filter);
    const rows = await this.database.query<CaseLine>(text, values);
    const lines = rows.slice(0, pageSize);
    const last = lines.at(-1);
    return { lines, next: rows.length > pageSize && last ? `${last.stateSince.getTime()}_${last.id}` : null };
  }

  /** How many cases wait for whom: running ones only. */
  async counts(): Promise<Record<WaitingFor, number>> {
    const rows = await this.database.query<{ waitingFor: WaitingFor; count: number }>(
      `SELECT waiting_for AS "waitingFor", count(*)::int AS count FROM vetting_case
        WHERE waiting_for <> 'nobody' AND ${running} GROUP BY waiting_for`,
    );
    const counts = { business: 0, payment: 0, officer: 0, approver: 0, appeal: 0, nobody: 0 };
    for (const { waitingFor, count } of rows) counts[waitingFor] = count;
    return counts;
  }
}

/**
 * The statement of one page. Conditions that are not asked for are left out, so that each kind of page has a partial
 * index that gives its rows in order: nothing is sorted, and what is read does not grow with the cases there are.
 */
export function pageStatement(filter: QueueFilter): { text: string; values: unknown[] } {
  const values: unknown[] = [];
  const value = (given: unknown) => `$${values.push(given)}`;
  const wanted = [
    ...(filter.state ? [`state = ${value(filter.state)}`] : [running]),
    ...(filter.waitingFor ? [`waiting_for = ${value(filter.waitingFor)}`] : []),
    ...(filter.tier ? [`tier = ${value(filter.tier)}`] : []),
    ...(filter.officer === 'nobody' ? ['officer_id IS NULL'] : []),
    ...(filter.officer && isUuid(filter.officer) ? [`officer_id = ${value(filter.officer)}`] : []),
  ];
  const cursor = readCursor(filter.after);
  if (cursor) wanted.push(`(state_since, vetting_case.id) > (${value(cursor.since)}, ${value(cursor.id)}::uuid)`);
  const text = `
    SELECT vetting_case.id, reference, business_id AS "businessId", business.name AS "businessName",
           programme_id AS "programmeId", state, tier, waiting_for AS "waitingFor", officer_id AS "officerId",
           state_since AS "stateSince", vetting_case.submitted_at AS "submittedAt"
      FROM vetting_case JOIN business ON business.id = business_id
     WHERE ${wanted.join(' AND ')}
     ORDER BY state_since, vetting_case.id LIMIT ${pageSize + 1}`;
  return { text, values };
}

function readCursor(text: string | null | undefined): { since: Date; id: string } | null {
  const [since, id] = (text ?? '').split('_');
  return since && id && /^\d{1,15}$/.test(since) && isUuid(id) ? { since: new Date(Number(since)), id } : null;
}

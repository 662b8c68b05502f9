import { Database } from '@carers/database';
import { isUuid } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import type { ReviewItem } from './review-item.entity.js';

/** Names of the things a review is about. None of them is a person's. */
export interface ReviewNames {
  /** By id: branches (with their business), tills and offers. */
  names: Map<string, string>;
  branch: { id: string; name: string; businessId: string; businessName: string } | null;
  /** The cardholder behind the card it is about. */
  cardholderId: string | null;
}

/** Looks up what the ids of a review stand for. */
@Injectable()
export class ReviewFacts {
  constructor(private readonly database: Database) {}

  async of(item: ReviewItem): Promise<ReviewNames> {
    const ids = [...new Set(uuidsIn([item.evidence, item.branchId, item.subjectId]))].slice(0, 500);
    const [named, branches, holders] = await Promise.all([
      this.database.query<{ id: string; name: string }>(
        `SELECT branch.id, business.name || ', ' || branch.name AS name
           FROM branch JOIN business ON business.id = branch.business_id WHERE branch.id = ANY ($1::uuid[])
         UNION ALL SELECT id, name FROM till WHERE id = ANY ($1::uuid[])
         UNION ALL SELECT id, title FROM offer WHERE id = ANY ($1::uuid[])`,
        [ids],
      ),
      this.database.query<NonNullable<ReviewNames['branch']>>(
        `SELECT branch.id, branch.name, business.id AS "businessId", business.name AS "businessName"
           FROM branch JOIN business ON business.id = branch.business_id WHERE branch.id = $1`,
        [item.branchId],
      ),
      this.database.query<{ id: string }>('SELECT cardholder_id AS id FROM card WHERE id = $1', [
        item.subjectKind === 'card' && isUuid(item.subjectId ?? '') ? item.subjectId : null,
      ]),
    ]);
    return {
      names: new Map(named.map(({ id, name }) => [id, name])),
      branch: branches[0] ?? null,
      cardholderId: holders[0]?.id ?? null,
    };
  }

  /** Names of the branches of a page of the list. */
  async branchNames(items: readonly ReviewItem[]): Promise<Map<string, string>> {
    const ids = items.map(({ branchId }) => branchId).filter((id) => id !== null);
    if (ids.length === 0) return new Map();
    const rows = await this.database.query<{ id: string; name: string }>(
      `SELECT branch.id, business.name || ', ' || branch.name AS name
         FROM branch JOIN business ON business.id = branch.business_id WHERE branch.id = ANY ($1::uuid[])`,
      [ids],
    );
    return new Map(rows.map(({ id, name }) => [id, name]));
  }
}

function uuidsIn(value: unknown): string[] {
  if (typeof value === 'string') return isUuid(value) ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(uuidsIn);
}

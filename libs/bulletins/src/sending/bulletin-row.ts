import type { Database, Tx } from '@carers/database';
import { type Purpose, type SubscriberFilter, subscriberFilter } from '@carers/information-service';
import { isUuid } from '@carers/kernel';
import type { BulletinState } from './bulletin-moves.js';
import { AudienceNotChosen, BulletinToSendNotFound } from './sending.problems.js';

/** What sending needs to know of a bulletin. */
export interface BulletinRow {
  id: string;
  carersServiceId: string;
  purpose: Purpose;
  title: string;
  state: BulletinState;
  /** Null until somebody chose. */
  segment: SubscriberFilter | null;
}

const columns = `id, carers_service_id AS "carersServiceId", purpose, title, state, segment`;

/**
 * The bulletin, locked until the end of the transaction: each of its moves waits for the one before.
 * @param lock `SHARE` for workers, of which many go on while none of its moves may happen
 * @throws BulletinToSendNotFound
 */
export async function lockedBulletin(tx: Tx, id: string, lock: 'UPDATE' | 'SHARE' = 'UPDATE'): Promise<BulletinRow> {
  const rows = isUuid(id)
    ? ((await tx.query(`SELECT ${columns} FROM bulletin WHERE id = $1 FOR ${lock}`, [id])) as BulletinRow[])
    : [];
  return known(rows[0]);
}

/** The same, to look at. @throws BulletinToSendNotFound */
export async function readBulletin(database: Database, id: string): Promise<BulletinRow> {
  const rows = isUuid(id)
    ? await database.query<BulletinRow>(`SELECT ${columns} FROM bulletin WHERE id = $1`, [id])
    : [];
  return known(rows[0]);
}

function known(row: BulletinRow | undefined): BulletinRow {
  if (!row) throw new BulletinToSendNotFound();
  return { ...row, segment: row.segment && subscriberFilter.parse(row.segment) };
}

/** Whom it goes to. @throws AudienceNotChosen */
export function segmentOf({ segment }: Pick<BulletinRow, 'segment'>): SubscriberFilter {
  if (!segment) throw new AudienceNotChosen();
  return segment;
}

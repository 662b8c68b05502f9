import type { Database } from '@carers/database';
import { isUuid } from '@carers/kernel';
import type { Report } from './settlements.js';

/** What Notify calls what became of a message, as a report; null while it is under way, or where the fault was Notify's. */
export function kindOf(status: string): Report['kind'] | null {
  if (status === 'delivered' || status === 'received') return 'delivered';
  if (status === 'permanent-failure') return 'hard';
  if (status === 'temporary-failure') return 'soft';
  return null;
}

/** Ends in which nothing left, and not for the sake of the address: it could not be printed or passed on. */
const faults = ['technical-failure', 'validation-failed', 'virus-scan-failed', 'cancelled'];

/**
 * A message that Notify took and never sent has failed, so that officers see it.
 * @returns whether the status is such a fault
 */
export async function takeFault(database: Database, deliveryId: string, status: string, at: Date): Promise<boolean> {
  if (!faults.includes(status)) return false;
  if (isUuid(deliveryId))
    await database.query(
      `UPDATE delivery SET state = 'failed', error = $2, settled_at = $3 WHERE id = $1 AND state = 'sent'`,
      [deliveryId, status, at],
    );
  return true;
}

import type { Report } from './settlements.js';

/** What Notify calls what became of a message, as a report; null while it is under way, or where the fault was Notify's. */
export function kindOf(status: string): Report['kind'] | null {
  if (status === 'delivered' || status === 'received') return 'delivered';
  if (status === 'permanent-failure') return 'hard';
  if (status === 'temporary-failure') return 'soft';
  return null;
}

import type { Who } from '@carers/access';
import { isUuid } from '@carers/kernel';
import { BusinessNotFound } from './businesses.problems.js';

/**
 * The id from an address under `/business/…`, once it is sure that this person may act for that business. Another's
 * business and none at all get the same answer.
 * @throws BusinessNotFound
 */
export function ownedBusiness(who: Who, id: string): string {
  if (!isUuid(id) || !who.hasRole('business_owner', { kind: 'business', id: id.toLowerCase() }))
    throw new BusinessNotFound();
  return id.toLowerCase();
}

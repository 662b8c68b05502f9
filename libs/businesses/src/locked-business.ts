import type { Tx } from '@carers/database';
import { Business } from './business.entity.js';
import { BusinessNotFound } from './businesses.problems.js';

/** A business, its row locked until the transaction ends. @throws BusinessNotFound */
export async function lockedBusiness(tx: Tx, businessId: string): Promise<Business> {
  const business = await tx.findOne(Business, { where: { id: businessId }, lock: { mode: 'pessimistic_write' } });
  if (!business) throw new BusinessNotFound();
  return business;
}

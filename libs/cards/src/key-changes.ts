import { generateSigningKey } from '@carers/credentials';
import type { Tx } from '@carers/database';
import { CardSigningKey, keyOf } from './signing-key.entity.js';

/**
 * Locks the keys against other changes until the transaction ends, and gives them. Reading goes on meanwhile.
 * @returns the newest first
 */
export async function lockedKeys(tx: Tx): Promise<CardSigningKey[]> {
  await tx.query('LOCK TABLE card_signing_key IN SHARE ROW EXCLUSIVE MODE');
  return tx.find(CardSigningKey, { order: { createdAt: 'DESC', kid: 'ASC' } });
}

/** Publishes a key that will sign next, where there is none. Gives its id. The keys must be locked. */
export async function ensureNext(tx: Tx, now: Date): Promise<string> {
  const rows = await tx.find(CardSigningKey);
  const waiting = rows.find(({ status }) => status === 'next');
  if (waiting) return waiting.kid;
  const key = generateSigningKey(rows.map(keyOf));
  await tx.insert(CardSigningKey, { kid: key.kid, jwk: JSON.stringify(key), status: 'next', createdAt: now });
  return key.kid;
}

/** Lets the next key sign from now on; those that signed go on verifying. Gives its id. The keys must be locked. */
export async function promoteNext(tx: Tx, now: Date): Promise<string> {
  const kid = await ensureNext(tx, now);
  await tx.update(CardSigningKey, { status: 'active' }, { status: 'verifying' });
  await tx.update(CardSigningKey, { kid }, { status: 'active' });
  return kid;
}

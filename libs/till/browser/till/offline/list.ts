import { parseStatusChanges, StatusList, type VerifyingKeys } from '../../../../credentials/src/browser.js';
import type { Statuses } from './check.js';
import { bytesOf } from './keys.js';
import type { StoredList } from './store.js';

/** Reads a kept list and its changes. Rejects for one that is not signed by the scheme, or cannot be read. */
export type ReadList = (list: StoredList, keys: VerifyingKeys) => Promise<Statuses>;

/** The signed list with its changes, unpacked for looking up. */
export const readSignedList: ReadList = async ({ whole, changes }, keys) => {
  const list = await StatusList.parse(whole, keys);
  if (changes !== null) list.apply(await parseStatusChanges(changes, keys));
  return list;
};

/** When a signed list was made, in seconds since 1970. @throws Error when the text is no signed list */
export function issuedAtOf(jwt: string): number {
  const payload = JSON.parse(new TextDecoder().decode(bytesOf(jwt.split('.')[1] ?? ''))) as { iat?: unknown };
  if (!Number.isSafeInteger(payload.iat)) throw new TypeError('The status list does not say when it was made.');
  return payload.iat as number;
}

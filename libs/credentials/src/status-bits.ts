/** What the status list says of a credential: valid, invalid for good, or suspended for a while. */
export type ListedStatus = 0 | 1 | 2;

const BITS = 2;
const PER_BYTE = 8 / BITS;
const MASK = (1 << BITS) - 1;

/** The most places a list may have: 16 MiB of statuses, enough for thirty million cards. */
export const MAX_PLACES = 2 ** 26;

/**
 * Statuses of two bits each, packed as the Token Status List says (section 4): the first place is in the lowest bits of
 * the first byte.
 * @param size places of the list; a multiple of four
 * @param listed places with another status than 0
 * Throws RangeError for a place outside the list, or a size that is none.
 */
export function packStatuses(size: number, listed: Iterable<readonly [index: number, status: number]>): Uint8Array {
  if (!isSize(size)) throw new RangeError('The size of a status list is a multiple of 4 up to 2^26.');
  const bytes = new Uint8Array(size / PER_BYTE);
  for (const [index, status] of listed) setStatus(bytes, index, status);
  return bytes;
}

/** Changes one status in packed bytes. Throws RangeError for a place outside them, or a status that is none. */
export function setStatus(bytes: Uint8Array, index: number, status: number): void {
  if (!isPlace(index, placesIn(bytes))) throw new RangeError('No such place in the status list.');
  if (!isStatus(status)) throw new RangeError('A listed status is 0, 1 or 2.');
  const shift = (index % PER_BYTE) * BITS;
  const at = Math.floor(index / PER_BYTE);
  bytes[at] = (bytes[at]! & ~(MASK << shift)) | (status << shift);
}

/**
 * The status at a place, or null for one outside the list. A value that nobody has defined (3) counts as invalid.
 * One look into memory, whatever the size of the list.
 */
export function statusAt(bytes: Uint8Array, index: number): ListedStatus | null {
  if (!isPlace(index, placesIn(bytes))) return null;
  const value = (bytes[Math.floor(index / PER_BYTE)]! >> ((index % PER_BYTE) * BITS)) & MASK;
  return isStatus(value) ? value : 1;
}

/** How many places packed bytes have. */
export function placesIn(bytes: Uint8Array): number {
  return bytes.length * PER_BYTE;
}

/** Whether a number can be the size of a list. */
export function isSize(size: unknown): size is number {
  return Number.isInteger(size) && (size as number) > 0 && (size as number) <= MAX_PLACES && (size as number) % 4 === 0;
}

/** Whether a value is a place in a list of a size. */
export function isPlace(index: unknown, size: number): index is number {
  return Number.isInteger(index) && (index as number) >= 0 && (index as number) < size;
}

/** Whether a value is a status of ours. */
export function isStatus(status: unknown): status is ListedStatus {
  return status === 0 || status === 1 || status === 2;
}

import { HmacSha256 } from './node-hmac.js';
import { codeFrom, secretBytes, slotBytes, slotOf } from './rotating-code.js';

/**
 * The half minutes whose code is taken, counted from the present one, the likeliest first. Two back: a code works for
 * at least a minute after it appeared, and a picture of it is refused at the latest 90 seconds after. One ahead: a
 * phone's clock may be half a minute fast.
 */
const TAKEN_SLOTS = [0, -1, 1, -2];

/** `rotatingCode` in one synchronous call of Node. Throws RangeError as it does. */
export function rotatingCodeSync(secret: Uint8Array, at: Date): string {
  return codeOfSlot(new HmacSha256(secretBytes(secret)), slotOf(at));
}

/**
 * Whether a code is one that the phone shows about now, and no screenshot of more than 90 seconds ago.
 * Throws RangeError when the secret is not 32 bytes, or the time is not one; never for any code.
 */
export function isFreshCode(secret: Uint8Array, code: string, now: Date): boolean {
  const hmac = new HmacSha256(secretBytes(secret));
  const present = slotOf(now);
  return TAKEN_SLOTS.some((offset) => codeOfSlot(hmac, present + offset) === code);
}

function codeOfSlot(hmac: HmacSha256, slot: number): string {
  return codeFrom(hmac.digest(slotBytes(slot)));
}

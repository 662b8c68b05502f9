import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { encodeBase32 } from './base32.js';

/** How long one code is shown, in seconds. */
export const CODE_STEP_SECONDS = 30;
const CODE_LENGTH = 5;
const SECRET_BYTES = 32;

/**
 * The code that stands beside a phone card's token for half a minute: the first 25 bits of
 * HMAC-SHA-256(secret, number of the half minute), as five characters of Base32. Time-based like RFC 6238, but with
 * characters that a QR code holds cheaply. It needs no connection, and no WebCrypto, which browsers withhold from pages
 * that came by plain http.
 * @param secret 32 bytes that belong to one credential
 * @param at the phone's own time
 * Rejects with RangeError when the secret is not 32 bytes, or the time is not one.
 */
export async function rotatingCode(secret: Uint8Array, at: Date): Promise<string> {
  // Asynchronous so that a page need not change should the platform's own HMAC ever be better.
  return Promise.resolve(codeFrom(hmac(sha256, secretBytes(secret), slotBytes(slotOf(at)))));
}

/** The number of the half minute in which an instant lies, counted from 1970. */
export function slotOf(at: Date): number {
  return Math.floor(at.getTime() / 1000 / CODE_STEP_SECONDS);
}

/** The number of a half minute as eight bytes, most significant first. Throws RangeError when it is not one. */
export function slotBytes(slot: number): Uint8Array {
  if (!Number.isSafeInteger(slot) || slot < 0) throw new RangeError('Not the number of a half minute.');
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, Math.floor(slot / 2 ** 32));
  view.setUint32(4, slot % 2 ** 32);
  return bytes;
}

/** The code in an HMAC: Base32 takes five bits a character from the front. */
export function codeFrom(mac: Uint8Array): string {
  return encodeBase32(mac.subarray(0, 4)).slice(0, CODE_LENGTH);
}

/** The secret itself. Throws RangeError when it is not 32 bytes. */
export function secretBytes(secret: Uint8Array): Uint8Array {
  if (secret.length !== SECRET_BYTES) throw new RangeError('The secret of a rotating code is 32 bytes.');
  return secret;
}

import { hash } from 'node:crypto';
import { codeFrom, secretBytes, slotBytes, slotOf } from './rotating-code.js';

/**
 * The half minutes whose code is taken, counted from the present one, the likeliest first. Two back: a code works for
 * at least a minute after it appeared, and a picture of it is refused at the latest 90 seconds after. One ahead: a
 * phone's clock may be half a minute fast.
 */
const TAKEN_SLOTS = [0, -1, 1, -2];

/** Bytes that SHA-256 takes at a time, and gives. */
const BLOCK = 64;
const DIGEST = 32;

/** `rotatingCode` in one synchronous call of Node. Throws RangeError as it does. */
export function rotatingCodeSync(secret: Uint8Array, at: Date): string {
  return codeOfSlot(secretBytes(secret), slotOf(at));
}

/**
 * Whether a code is one that the phone shows about now, and no screenshot of more than 90 seconds ago.
 * Throws RangeError when the secret is not 32 bytes, or the time is not one; never for any code.
 */
export function isFreshCode(secret: Uint8Array, code: string, now: Date): boolean {
  const key = secretBytes(secret);
  const present = slotOf(now);
  return TAKEN_SLOTS.some((offset) => codeOfSlot(key, present + offset) === code);
}

function codeOfSlot(secret: Uint8Array, slot: number): string {
  return codeFrom(hmacSha256(secret, slotBytes(slot)));
}

/** HMAC-SHA-256 (RFC 2104) for keys of up to 64 bytes. Node's own takes six times as long to take in a key used once. */
function hmacSha256(key: Uint8Array, message: Uint8Array): Buffer {
  const inner = Buffer.allocUnsafe(BLOCK + message.length);
  pad(inner, key, 0x36);
  inner.set(message, BLOCK);
  const outer = Buffer.allocUnsafe(BLOCK + DIGEST);
  pad(outer, key, 0x5c);
  hash('sha256', inner, 'buffer').copy(outer, BLOCK);
  return hash('sha256', outer, 'buffer');
}

function pad(block: Buffer, key: Uint8Array, byte: number): void {
  for (let at = 0; at < BLOCK; at++) block[at] = at < key.length ? byte ^ key[at]! : byte;
}

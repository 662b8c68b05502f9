import { pbkdf2Async } from '@noble/hashes/pbkdf2.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { TillPin } from './bundle.js';
import { bytesOf } from './keys.js';

/** A shift that was opened with the PIN, and the wrong tries since. Times by the device's own clock. */
export interface Shift {
  /** Hash of the PIN with which it was opened; another PIN ends it. Null while locked. */
  openedWith: string | null;
  openedAt: number;
  wrongTries: number;
  /** No try counts before this. */
  waitUntil: number;
}

export const noShift: Shift = { openedWith: null, openedAt: 0, wrongTries: 0, waitUntil: 0 };

const shiftMs = 12 * 3_600_000;
const triesAtOnce = 5;
const waitMs = 30_000;

/** Whether nothing but the PIN may be asked. A clock that went back closes the shift too. */
export function isLocked(pin: TillPin | null, shift: Shift, now: number): boolean {
  if (!pin) return false;
  return shift.openedWith !== pin.hash || now < shift.openedAt || now - shift.openedAt >= shiftMs;
}

/** Milliseconds before the next try; 0 for at once. A clock that went back does not make it longer than it ever is. */
export function waitFor(shift: Shift, now: number): number {
  return Math.min(waitMs, Math.max(0, shift.waitUntil - now));
}

/** The shift after a try. Every fifth wrong one has to be waited out. */
export function afterTry(shift: Shift, pin: TillPin, isRight: boolean, now: number): Shift {
  if (isRight) return { openedWith: pin.hash, openedAt: now, wrongTries: 0, waitUntil: 0 };
  const wrongTries = shift.wrongTries + 1;
  const waits = wrongTries % triesAtOnce === 0;
  return { ...noShift, wrongTries, waitUntil: waits ? now + waitMs : shift.waitUntil };
}

/** The shift after "Lock": the tries stay, so that locking is no way round the wait. */
export function locked(shift: Shift): Shift {
  return { ...shift, openedWith: null };
}

/** Whether these are the PIN's digits. */
export async function isPin(typed: string, { salt, hash, iterations }: TillPin): Promise<boolean> {
  const [password, saltBytes, expected] = [new TextEncoder().encode(typed), bytesOf(salt), bytesOf(hash)];
  const found = await derive(password, saltBytes, iterations, expected.length);
  return expected.length > 0 && found.every((byte, index) => byte === expected[index]);
}

/** Browsers withhold their own PBKDF2 from pages that came by plain http; ours is slower. */
async function derive(
  password: Uint8Array<ArrayBuffer>,
  salt: Uint8Array<ArrayBuffer>,
  iterations: number,
  length: number,
) {
  if (!globalThis.crypto.subtle) return pbkdf2Async(sha256, password, salt, { c: iterations, dkLen: length });
  const key = await crypto.subtle.importKey('raw', password, 'PBKDF2', false, ['deriveBits']);
  const bits = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations };
  return new Uint8Array(await crypto.subtle.deriveBits(bits, key, length * 8));
}

import { pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import type { StaffPin } from './till.entity.js';

/**
 * Rounds of PBKDF2 (RFC 8018). Four digits can be tried out whatever their number; it is for a colleague who looks over
 * a shoulder, and must not keep staff waiting on an old phone.
 */
const iterations = 200_000;
const derive = promisify(pbkdf2);

/** A PIN as the till checks it; the digits are in no table. */
export async function hashPin(pin: string, salt: Buffer): Promise<StaffPin> {
  const hash = await derive(pin, salt, iterations, 32, 'sha256');
  return { salt: salt.toString('base64url'), hash: hash.toString('base64url'), iterations };
}

/** Whether a PIN of 4 to 6 digits is among those that anybody tries first. */
export function isWeakPin(pin: string): boolean {
  return isRun(pin) || isRepeated(pin) || /^(?:19|20)\d\d$/.test(pin) || ['2580', '0852'].includes(pin);
}

/** 1234, 9876, 7890. */
function isRun(pin: string): boolean {
  const steps = [...pin].slice(1).map((digit, index) => (Number(digit) - Number(pin[index]) + 10) % 10);
  return steps.every((step) => step === 1) || steps.every((step) => step === 9);
}

/** 0000, 1212, 123123. */
function isRepeated(pin: string): boolean {
  return /^(\d{1,3})\1+$/.test(pin);
}

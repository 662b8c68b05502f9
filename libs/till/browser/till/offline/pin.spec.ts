import { describe, expect, it } from '@jest/globals';
import { pbkdf2Sync } from 'node:crypto';
import { afterTry, isLocked, isPin, locked, noShift, waitFor } from './pin.js';

const hour = 3_600_000;
const pinOf = (digits: string) => {
  const salt = Buffer.from('0123456789abcdef');
  const hash = pbkdf2Sync(digits, salt, 1000, 32, 'sha256').toString('base64url');
  return { salt: salt.toString('base64url'), hash, iterations: 1000 };
};

describe('the staff’s PIN', () => {
  const pin = pinOf('2468');
  const now = 1_000_000_000_000;

  it('is known from its hash alone', async () => {
    expect(await isPin('2468', pin)).toBe(true);
    for (const wrong of ['2469', '', '24680', '２４６８']) expect(await isPin(wrong, pin)).toBe(false);
    expect(await isPin('2468', { ...pin, hash: '' })).toBe(false);
  });

  it('opens a shift of twelve hours, for this PIN only', () => {
    expect(isLocked(null, noShift, now)).toBe(false);
    expect(isLocked(pin, noShift, now)).toBe(true);
    const open = afterTry(noShift, pin, true, now);
    expect(isLocked(pin, open, now)).toBe(false);
    expect(isLocked(pin, open, now + 12 * hour - 1)).toBe(false);
    expect(isLocked(pin, open, now + 12 * hour)).toBe(true);
    expect(isLocked(pin, open, now - 1)).toBe(true);
    expect(isLocked(pinOf('1111'), open, now)).toBe(true);
    expect(isLocked(pin, locked(open), now)).toBe(true);
  });

  it('may be tried five times, then after each half minute once more five times', () => {
    let shift = noShift;
    for (let tries = 0; tries < 4; tries++) shift = afterTry(shift, pin, false, now);
    expect(waitFor(shift, now)).toBe(0);
    shift = afterTry(shift, pin, false, now);
    expect(waitFor(shift, now)).toBe(30_000);
    expect(waitFor(locked(shift), now + 10_000)).toBe(20_000);
    expect(waitFor(shift, now - 24 * hour)).toBe(30_000);
    expect(waitFor(shift, now + 30_000)).toBe(0);
    for (let tries = 0; tries < 5; tries++) shift = afterTry(shift, pin, false, now + 40_000);
    expect(waitFor(shift, now + 40_000)).toBe(30_000);
  });
});

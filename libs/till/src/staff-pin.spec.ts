import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { hashPin, isWeakPin } from './staff-pin.js';

describe('a staff PIN', () => {
  it('is refused when anybody would try it first', () => {
    for (const pin of [
      '0000',
      '111111',
      '1234',
      '4321',
      '123456',
      '987654',
      '7890',
      '0987',
      '1212',
      '123123',
      '1990',
      '2026',
      '2580',
    ])
      // prettier-ignore
      expect([pin, isWeakPin(pin)]).toEqual([pin, true]);
    for (const pin of ['1357', '8020', '4821', '90210', '314159', '1223', '12341'])
      expect([pin, isWeakPin(pin)]).toEqual([pin, false]);
  });

  it('leaves few to guess and refuses few: under 4 in a hundred of four digits', () => {
    const all = Array.from({ length: 10_000 }, (_, index) => String(index).padStart(4, '0'));
    expect(all.filter(isWeakPin).length).toBeLessThan(400);
  });

  it('is kept as PBKDF2 with SHA-256, with a salt of its own', async () => {
    const salt = randomBytes(16);
    const { hash, salt: kept, iterations } = await hashPin('4821', salt);
    expect(Buffer.from(kept, 'base64url')).toEqual(salt);
    expect(hash).toBe(pbkdf2Sync('4821', salt, iterations, 32, 'sha256').toString('base64url'));
  });
});

import { SeededChance } from '@carers/kernel';
import { describe, expect, it } from '@jest/globals';
import { mostAttempts, restAfter, waitAfter } from './retries.js';

describe('trying again', () => {
  it('goes on for a little over three days, each time later, never at the same moment for all', () => {
    const chance = new SeededChance('retries');
    let total = 0;
    let before = 0;
    for (let attempt = 1; attempt < mostAttempts; attempt++) {
      const wait = waitAfter(attempt, chance)!;
      expect(wait).toBeGreaterThan(before);
      before = wait;
      total += wait;
    }
    expect(total / 86_400_000).toBeGreaterThan(3);
    expect(total / 86_400_000).toBeLessThan(3.6);
    expect(waitAfter(mostAttempts, chance)).toBeNull();
    expect(new Set(Array.from({ length: 20 }, () => waitAfter(5, chance))).size).toBeGreaterThan(10);
  });

  it('waits as long as it is asked to, but no longer than a day', () => {
    const chance = new SeededChance('asked');
    expect(waitAfter(1, chance, 600)).toBe(600_000);
    expect(waitAfter(1, chance, 999_999)).toBe(86_400_000);
  });

  it('leaves alone what is down', () => {
    expect([restAfter(1), restAfter(4), restAfter(5), restAfter(100)]).toEqual([0, 0, 60_000, 300_000]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { SeededChance, SystemChance } from './chance.js';
import { SetClock } from './clock.js';
import { Ids, isUuid } from './ids.js';
import { isCleanText, line } from './text.js';

describe('chance', () => {
  it('is the same for the same seed, and another for another', () => {
    const draw = (seed: string) => {
      const chance = new SeededChance(seed);
      return [chance.token(), chance.digits(6), chance.below(1000), chance.pick(['a', 'b', 'c'])];
    };
    expect(draw('one')).toEqual(draw('one'));
    expect(draw('one')).not.toEqual(draw('two'));
  });

  it('gives each number below a limit, and none beyond, about equally often', () => {
    const chance = new SeededChance('fair');
    const counts = [0, 0, 0, 0, 0, 0];
    for (let throws = 0; throws < 6000; throws++) counts[chance.below(6)]!++;
    expect(Math.min(...counts)).toBeGreaterThan(850);
    expect(Math.max(...counts)).toBeLessThan(1150);
  });

  it('makes secrets of 160 bits', () => {
    const tokens = new Set(Array.from({ length: 1000 }, () => new SystemChance().token()));
    expect(tokens.size).toBe(1000);
    for (const token of tokens) expect(Buffer.from(token, 'base64url')).toHaveLength(20);
  });
});

describe('an id', () => {
  it('is a UUID version 7 that sorts by its time', () => {
    const clock = new SetClock('2026-11-21T10:00:00Z');
    const ids = new Ids(clock, new SystemChance());
    const made = Array.from({ length: 50 }, () => {
      clock.advance({ seconds: 1 });
      return ids.next();
    });
    for (const id of made) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect([...made].sort()).toEqual(made);
    expect(made.every(isUuid)).toBe(true);
  });

  it('keeps the order in which one process made it within a millisecond, and follows a clock put back', () => {
    const clock = new SetClock('2026-11-21T10:00:00Z');
    const ids = new Ids(clock, new SystemChance());
    const made = Array.from({ length: 10_000 }, () => ids.next());
    expect([...new Set(made)].sort()).toEqual(made);
    clock.advance({ seconds: -1 });
    expect(ids.next() < made[0]!).toBe(true);
    const highest = { bytes: (count: number) => Buffer.alloc(count, 0xff) } as SystemChance;
    const full = new Ids(clock, highest);
    const pair = [full.next(), full.next()];
    expect([...pair].sort()).toEqual(pair);
  });
});

describe('text that people type', () => {
  it('must be something that a database and JSON can hold', () => {
    expect(isCleanText('Zoë – “Łukasz” 👩‍👧\n\tnext line')).toBe(true);
    for (const bad of ['a\u0000b', '\ud800', 'a\u0007', '\u007f']) expect(isCleanText(bad)).toBe(false);
  });

  it('is trimmed, its white space folded, and bounded', () => {
    const rule = line({ max: 10, missing: 'x:missing' });
    expect(rule.parse('  Ann \t  Lee ')).toBe('Ann Lee');
    expect(rule.safeParse('   ').error?.issues[0]?.message).toBe('x:missing');
    expect(rule.safeParse('a'.repeat(11)).success).toBe(false);
    expect(rule.safeParse(`${'a'.repeat(10)}   `).success).toBe(true);
  });
});

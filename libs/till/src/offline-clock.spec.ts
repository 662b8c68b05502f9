import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { clockOffset, whenItHappened } from './offline-clock.js';

const now = new Date('2026-11-21T12:00:00Z');
const minute = 60_000;
const day = 1440 * minute;
const before = (ms: number) => new Date(now.getTime() - ms);
/** What a till says that did something so long ago and whose clock is ahead of ours by so much. */
const told = (ago: number, ahead: number) => ({
  sentAt: new Date(now.getTime() + ahead),
  occurredAt: new Date(now.getTime() - ago + ahead).toISOString(),
});
const anyAhead = fc.integer({ min: -40 * 366 * day, max: 40 * 366 * day });
const anyAgo = fc.integer({ min: 0, max: 29 * day });

describe('the clock of a till', () => {
  it('is believed up to two minutes, either way', () => {
    expect(clockOffset(before(2 * minute), now)).toBe(0);
    expect(clockOffset(before(-2 * minute), now)).toBe(0);
    expect(clockOffset(before(2 * minute + 1), now)).toBe(2 * minute + 1);
    expect(clockOffset(before(-2 * minute - 1), now)).toBe(-2 * minute - 1);
  });

  it('however wrong it is, every use is put where it happened, to the millisecond', () => {
    fc.assert(
      fc.property(anyAgo, anyAhead, (ago, ahead) => {
        fc.pre(Math.abs(ahead) > 2 * minute);
        const { sentAt, occurredAt } = told(ago, ahead);
        const found = whenItHappened(occurredAt, clockOffset(sentAt, now), now);
        expect(found).toEqual({ at: before(ago), flag: null });
      }),
    );
  });

  it('that is near enough moves nothing by more than what it is off', () => {
    fc.assert(
      fc.property(anyAgo, fc.integer({ min: -2 * minute, max: 2 * minute }), (ago, ahead) => {
        const { sentAt, occurredAt } = told(ago, ahead);
        const { at, flag } = whenItHappened(occurredAt, clockOffset(sentAt, now), now);
        expect(flag).toBeNull();
        expect(Math.abs(at.getTime() - before(ago).getTime())).toBeLessThanOrEqual(Math.abs(ahead));
      }),
    );
  });

  it('keeps the order of what happened', () => {
    fc.assert(
      fc.property(anyAgo, anyAgo, anyAhead, (one, other, ahead) => {
        const at = (ago: number) => {
          const { sentAt, occurredAt } = told(ago, ahead);
          return whenItHappened(occurredAt, clockOffset(sentAt, now), now).at.getTime();
        };
        expect(Math.sign(at(one) - at(other)) * Math.sign(other - one)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('never puts a use into the future or more than a year back, whatever is told', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.date().map(String),
          fc.date().map((at) => at.toJSON() ?? ''),
        ),
        anyAhead,
        (text, offset) => {
          const { at, flag } = whenItHappened(text, offset, now);
          expect(at.getTime()).toBeLessThanOrEqual(now.getTime());
          expect(at.getTime()).toBeGreaterThanOrEqual(now.getTime() - 366 * day);
          if (now.getTime() - at.getTime() > 30 * day) expect(flag).toBe('too_old');
        },
      ),
    );
  });

  it('says what is wrong with a time that cannot be', () => {
    const flagOf = (occurredAt: Date | string) =>
      whenItHappened(typeof occurredAt === 'string' ? occurredAt : occurredAt.toISOString(), 0, now).flag;
    expect(flagOf(before(-2 * minute))).toBeNull();
    expect(flagOf(before(-2 * minute - 1))).toBe('in_future');
    expect(flagOf(before(30 * day))).toBeNull();
    expect(flagOf(before(30 * day + 1))).toBe('too_old');
    expect(flagOf(before(366 * day + 1))).toBe('time_unknown');
    expect(flagOf('yesterday')).toBe('time_unknown');
  });
});

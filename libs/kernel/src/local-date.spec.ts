import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDays, addMonths, addYears, ageOn, dateInLondon, daysBetween, isLocalDate } from './local-date.js';

const day = fc
  .date({ min: new Date('1900-01-01'), max: new Date('2199-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

describe('a local date', () => {
  it('is a day that exists, written YYYY-MM-DD', () => {
    for (const good of ['2028-02-29', '2000-02-29', '2026-12-31']) expect(isLocalDate(good)).toBe(true);
    for (const bad of [
      '2027-02-29',
      '1900-02-29',
      '2026-13-01',
      '2026-00-10',
      '2026-1-1',
      '26-01-01',
      '2026-01-01T00:00',
      '',
    ]) {
      expect(isLocalDate(bad)).toBe(false);
    }
  });

  it('is London’s day, also when the clocks are forward', () => {
    expect(dateInLondon(new Date('2026-06-30T23:30:00Z'))).toBe('2026-07-01');
    expect(dateInLondon(new Date('2026-12-31T23:30:00Z'))).toBe('2026-12-31');
  });

  it('comes back from any number of days away', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: -50_000, max: 50_000 }), (date, days) => {
        const there = addDays(date, days);
        expect(daysBetween(date, there)).toBe(days);
        expect(addDays(there, -days)).toBe(date);
      }),
    );
  });

  it('of the end of a month stays at the end of a shorter one', () => {
    expect(addMonths('2026-01-31', 1)).toBe('2026-02-28');
    expect(addMonths('2027-12-31', 2)).toBe('2028-02-29');
    expect(addMonths('2026-03-15', -15)).toBe('2024-12-15');
    expect(addYears('2028-02-29', 1)).toBe('2029-02-28');
  });

  it('tells an age, which somebody born on 29 February reaches on 1 March', () => {
    expect(ageOn('2008-11-21', '2026-11-20')).toBe(17);
    expect(ageOn('2008-11-21', '2026-11-21')).toBe(18);
    expect(ageOn('2008-02-29', '2026-02-28')).toBe(17);
    expect(ageOn('2008-02-29', '2026-03-01')).toBe(18);
  });
});

import { describe, expect, it } from '@jest/globals';
import { isWorkingDay, workingDayFrom, workingDaysAfter } from './working-days.js';

describe('days on which banks work', () => {
  it('leave out weekends and bank holidays', () => {
    expect(isWorkingDay('2026-11-20')).toBe(true);
    expect(isWorkingDay('2026-11-21')).toBe(false);
    expect(isWorkingDay('2026-12-25')).toBe(false);
    // Boxing Day falls on a Saturday, and its Monday is free instead.
    expect(isWorkingDay('2026-12-28')).toBe(false);
  });

  it('are counted from the day after', () => {
    expect(workingDaysAfter('2026-11-20', 3)).toBe('2026-11-25');
    expect(workingDaysAfter('2026-12-23', 3)).toBe('2026-12-30');
    expect(workingDaysAfter('2027-03-24', 3)).toBe('2027-03-31');
    expect(workingDayFrom('2026-12-25')).toBe('2026-12-29');
    expect(workingDayFrom('2026-12-29')).toBe('2026-12-29');
  });
});

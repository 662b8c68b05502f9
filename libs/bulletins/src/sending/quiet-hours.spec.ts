import { describe, expect, it } from '@jest/globals';
import { endOfQuiet, instantOf } from './quiet-hours.js';
import { timeIn } from './pages/sending.presenter.js';

const hours = { from: '20:00', until: '08:00', sundays: true, bankHolidays: true };
const end = (at: string, changed = {}) => endOfQuiet(new Date(at), { ...hours, ...changed })?.toISOString() ?? null;

describe('quiet hours', () => {
  it('end in the morning and begin in the evening', () => {
    expect(end('2026-11-24T08:00:00Z')).toBeNull();
    expect(end('2026-11-24T19:59:00Z')).toBeNull();
    expect(end('2026-11-24T20:00:00Z')).toBe('2026-11-25T08:00:00.000Z');
    expect(end('2026-11-24T07:59:00Z')).toBe('2026-11-24T08:00:00.000Z');
  });

  it('go by London’s clock in summer', () => {
    expect(end('2026-07-07T18:59:00Z')).toBeNull();
    expect(end('2026-07-07T19:00:00Z')).toBe('2026-07-08T07:00:00.000Z');
  });

  it('last all Sunday, all of a bank holiday, and over several of them in a row', () => {
    expect(end('2026-11-22T12:00:00Z')).toBe('2026-11-23T08:00:00.000Z');
    // Christmas Eve in the evening, Christmas Day, then Boxing Day with its substitute on Monday, and a Sunday between.
    expect(end('2026-12-24T21:00:00Z')).toBe('2026-12-26T08:00:00.000Z');
    expect(end('2026-12-26T21:00:00Z')).toBe('2026-12-29T08:00:00.000Z');
  });

  it('are what the scheme says', () => {
    expect(end('2026-11-22T12:00:00Z', { sundays: false })).toBeNull();
    expect(end('2026-12-25T12:00:00Z', { bankHolidays: false })).toBeNull();
  });

  it('end on the day on which clocks change too', () => {
    expect(end('2026-03-29T00:30:00Z', { sundays: false })).toBe('2026-03-29T07:00:00.000Z');
    expect(end('2026-10-25T00:30:00Z', { sundays: false })).toBe('2026-10-25T08:00:00.000Z');
  });
});

describe('a time that somebody types', () => {
  it.each([
    ['9:30am', '09:30'],
    ['9am', '09:00'],
    ['12 noon', null],
    ['12am', '00:00'],
    ['12pm', '12:00'],
    ['14:05', '14:05'],
    ['2.30 pm', '14:30'],
    ['25:00', null],
    ['13pm', null],
    ['9', null],
  ])('%s is %s', (typed, read) => expect(timeIn(typed)).toBe(read));

  it('is London’s on its day', () => {
    expect(instantOf('2026-07-01', '09:30').toISOString()).toBe('2026-07-01T08:30:00.000Z');
    expect(instantOf('2026-12-01', '09:30').toISOString()).toBe('2026-12-01T09:30:00.000Z');
  });
});

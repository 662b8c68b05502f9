import { describe, expect, it } from '@jest/globals';
import type { OfferTerms } from '@carers/offer-rules';
import { answerThen, askedTime, hoursAsked, isOnBankHoliday, readTimeBoxes } from './asked-time.js';

const terms = (more: Partial<OfferTerms>) =>
  ({ kind: 'percentage', percent: 10, who: 'carer', how: 'in_person', ...more }) as OfferTerms;
const iso = (typed: string) => {
  const asked = askedTime(typed);
  return asked && [asked.from, asked.until].map((at) => at && at.toISOString().slice(0, 16));
};

describe('a time that is asked about', () => {
  it.each([
    ['2026-11-21T14:00', ['2026-11-21T14:00', null]],
    ['2026-07-21T14:00', ['2026-07-21T13:00', null]],
    ['2026-07-21T14:00:30.500Z', ['2026-07-21T14:00', null]],
    ['2026-07-21T14:00+02:00', ['2026-07-21T12:00', null]],
    ['2026-07-21T14:00 02:00', ['2026-07-21T12:00', null]],
    ['2026-11-21', ['2026-11-21T00:00', '2026-11-22T00:00']],
    ['2026-07-21', ['2026-07-20T23:00', '2026-07-21T23:00']],
    // The days on which clocks change have 23 and 25 hours.
    ['2026-03-29', ['2026-03-29T00:00', '2026-03-29T23:00']],
    ['2026-10-25', ['2026-10-24T23:00', '2026-10-26T00:00']],
    // A time that comes twice means the first; one that is skipped is none.
    ['2026-10-25T01:30', ['2026-10-25T00:30', null]],
    ['2026-03-29T01:30', null],
    ['2028-02-29', ['2028-02-29T00:00', '2028-03-01T00:00']],
    ['2027-02-29', null],
    ['1999-12-31', null],
    ['2200-01-01', null],
    ['2026-11-21T25:00', null],
    ['2026-11-21 14:00', null],
    ['Saturday', null],
    ['', null],
  ])('%s means %j', (typed, expected) => expect(iso(typed)).toEqual(expected));
});

describe('the boxes of a page', () => {
  const read = (usableOn: string, usableTime = '', usableAt = '') => {
    const { usableAt: asked, errors } = readTimeBoxes({ usableOn, usableTime, usableAt });
    return asked ?? errors.map(({ field, message }) => `${field}: ${message}`).join();
  };

  it.each([
    ['2026-11-21', '14:00', '2026-11-21T14:00'],
    ['21/11/2026', '2.30 pm', '2026-11-21T14:30'],
    ['1.3.2027', 'noon', '2027-03-01T12:00'],
    ['2026-11-21', '', '2026-11-21'],
    ['', '', ''],
    ['', '14:00', 'usableOn: offers:errors.usable-day'],
    ['29/2/2027', '', 'usableOn: offers:errors.usable-on'],
    ['someday', 'sometime', 'usableOn: offers:errors.usable-on,usableTime: offers:errors.time'],
    ['2026-03-29', '01:30', 'usableTime: offers:errors.usable-skipped'],
  ])('%s at %s is %s', (on, time, expected) => expect(read(on, time)).toBe(expected));

  it('are filled in again from a link', () => {
    expect(readTimeBoxes({ usableAt: '2026-07-21T13:00:00Z' })).toEqual({
      boxes: { usableOn: '2026-07-21', usableTime: '14:00' },
      usableAt: '2026-07-21T13:00:00Z',
      errors: [],
    });
    expect(readTimeBoxes({ usableAt: '2026-07-21' }).boxes).toEqual({ usableOn: '2026-07-21', usableTime: '' });
    expect(readTimeBoxes({ usableAt: 'soon' }).errors).toHaveLength(1);
  });

  it('keep what was typed wrongly, and take a list of values for nothing', () => {
    expect(readTimeBoxes({ usableOn: 'someday' }).boxes.usableOn).toBe('someday');
    expect(readTimeBoxes({ usableOn: ['2026-11-21', '2026-11-22'] })).toMatchObject({
      usableAt: undefined,
      errors: [],
    });
  });
});

describe('the answer', () => {
  it('of a day is yes when there is any time on it, and says from when', () => {
    const mornings = terms({ times: [{ from: '09:00', to: '11:00' }], days: [6] });
    const answer = (typed: string) => answerThen(mornings, askedTime(typed)!);
    expect(answer('2026-11-21')).toEqual({
      usable: true,
      reason: null,
      nextUsableAt: new Date('2026-11-21T09:00:00Z'),
    });
    expect(answer('2026-11-21T10:59')).toEqual({ usable: true, reason: null, nextUsableAt: null });
    expect(answer('2026-11-22')).toEqual({
      usable: false,
      reason: 'offer_not_now',
      nextUsableAt: new Date('2026-11-28T09:00:00Z'),
    });
  });

  it('does not take the night before for the day, nor the next day for it', () => {
    const nights = terms({ times: [{ from: '22:00', to: '02:00' }], days: [5] });
    expect(answerThen(nights, askedTime('2026-11-21')!).usable).toBe(true);
    expect(answerThen(nights, askedTime('2026-11-22')!).usable).toBe(false);
    expect(answerThen(terms({ startsOn: '2026-11-22' }), askedTime('2026-11-21')!).usable).toBe(false);
  });
});

describe('what SQL is asked', () => {
  it('is the hour, or all hours of the day, of a week that begins on Monday', () => {
    expect(hoursAsked(askedTime('2026-11-23T00:59')!)).toBe('1'.padEnd(168, '0'));
    expect(hoursAsked(askedTime('2026-11-22T23:00')!)).toBe('1'.padStart(168, '0'));
    expect(hoursAsked(askedTime('2026-11-24')!)).toBe(`${'0'.repeat(24)}${'1'.repeat(24)}`.padEnd(168, '0'));
    expect(hoursAsked(askedTime('2026-10-25')!)).toBe('1'.repeat(24).padStart(168, '0'));
  });

  it('knows bank holidays by London’s date', () => {
    expect(isOnBankHoliday(askedTime('2026-08-30T23:00:00Z')!)).toBe(true);
    expect(isOnBankHoliday(askedTime('2026-08-31T23:00:00Z')!)).toBe(false);
  });
});

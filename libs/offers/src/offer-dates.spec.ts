import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formDates, readDates } from './offer-dates.js';

const christmas = ['2026-12-24', '2026-12-25', '2026-12-26'];

describe('dates on which an offer is not given', () => {
  it.each([
    ['24 December 2026'],
    ['24th December 2026'],
    ['24 dec 2026'],
    ['Thursday 24 December 2026'],
    ['24/12/2026'],
    ['24.12.2026'],
    ['24-12-2026'],
    ['2026-12-24'],
    ['24 12 2026'],
    ['\n 24 December 2026 ,\r\n'],
  ])('are read as people write them: %s', (typed) => {
    expect(readDates(typed)).toEqual(['2026-12-24']);
  });

  it.each([
    ['24 to 26 December 2026'],
    ['24–26 December 2026'],
    ['24-26 December 2026'],
    ['24 December – 26 December 2026'],
    ['24/12/2026 - 26/12/2026'],
    ['2026-12-24 until 2026-12-26'],
    ['26 December 2026\n24 to 25 December 2026; 25/12/2026'],
  ])('may be a run of days: %s', (typed) => {
    expect(readDates(typed)).toEqual(christmas);
  });

  it('may run over the end of a year', () => {
    expect(readDates('31 December to 1 January 2027')).toEqual(['2026-12-31', '2027-01-01']);
    expect(readDates('31 December 2026 to 1 January 2027')).toEqual(['2026-12-31', '2027-01-01']);
  });

  it('are none where nothing was typed', () => {
    expect(readDates(' \n , ')).toEqual([]);
    expect(formDates([])).toBeUndefined();
  });

  it.each([
    ['24 December'],
    ['Christmas'],
    ['29 February 2027'],
    ['31/11/2026'],
    ['26 to 24 December 2026'],
    ['2 January to 24 December'],
    ['24 December 26'],
    ['1 to 2 to 3 May 2027'],
    ['24 Decade 2026'],
    ['to 26 December 2026'],
    ['24 December 2026 to'],
    ['24 December 2026\nfoo'],
    ['0 May 2027'],
    ['1 1 1'],
  ])('must be real ones, with their year: %s', (typed) => {
    expect(readDates(typed)).toBe('wrong');
  });

  it('are a hundred at most', () => {
    expect(readDates('1 January 2027 to 10 April 2027')).toHaveLength(100);
    expect(readDates('1 January 2027 to 11 April 2027')).toBe('many');
    expect(readDates('1 January 2027 to 10 April 2027, 1 May 2027')).toBe('many');
    expect(readDates('1 January 2000 to 31 December 9999')).toBe('many');
  });

  it('are shown as they can be read again', () => {
    expect(formDates([...christmas, '2026-12-31', '2027-01-01'])).toBe(
      '24 December 2026 to 26 December 2026\n31 December 2026\n1 January 2027',
    );
    const day = fc.date({ min: new Date('2000-01-01'), max: new Date('2199-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(
        fc.uniqueArray(
          day.map((date) => date.toISOString().slice(0, 10)),
          { maxLength: 90 },
        ),
        (dates) => {
          expect(readDates(formDates(dates.sort()) ?? '')).toEqual(dates);
        },
      ),
    );
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (typed) => {
        const read = readDates(typed);
        if (Array.isArray(read)) expect(readDates(formDates(read) ?? '')).toEqual(read);
      }),
    );
  });
});

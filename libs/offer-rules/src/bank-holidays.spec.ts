import { describe, expect, it } from '@jest/globals';
import { bankHolidays } from './bank-holidays.js';

/** As published for England and Wales. */
const published: Record<number, string> = {
  2002: '01-01 03-29 04-01 05-06 06-03 06-04 08-26 12-25 12-26',
  2011: '01-03 04-22 04-25 04-29 05-02 05-30 08-29 12-26 12-27',
  2012: '01-02 04-06 04-09 05-07 06-04 06-05 08-27 12-25 12-26',
  2013: '01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26',
  2014: '01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26',
  2015: '01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28',
  2016: '01-01 03-25 03-28 05-02 05-30 08-29 12-26 12-27',
  2017: '01-02 04-14 04-17 05-01 05-29 08-28 12-25 12-26',
  2018: '01-01 03-30 04-02 05-07 05-28 08-27 12-25 12-26',
  2019: '01-01 04-19 04-22 05-06 05-27 08-26 12-25 12-26',
  2020: '01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-28',
  2021: '01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28',
  2022: '01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27',
  2023: '01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26',
  2024: '01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26',
  2025: '01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26',
  2026: '01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28',
  2027: '01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28',
  2028: '01-03 04-14 04-17 05-01 05-29 08-28 12-25 12-26',
};

describe('bank holidays of England', () => {
  it.each(Object.entries(published))('are those published for %s', (year, days) => {
    expect(bankHolidays(Number(year))).toEqual(days.split(' ').map((day) => `${year}-${day}`));
  });

  it('fall on eight different weekdays in every year without a proclamation', () => {
    for (let year = 2029; year <= 2199; year += 1) {
      const days = bankHolidays(year);
      expect(new Set(days).size).toBe(8);
      for (const day of days) expect([1, 2, 3, 4, 5]).toContain(new Date(day).getUTCDay());
    }
  });

  /** Dates of Easter from the tables of the prayer book, with the earliest and latest of the span. */
  it.each([
    [2000, '2000-04-21'],
    [2008, '2008-03-21'],
    [2038, '2038-04-23'],
    [2049, '2049-04-16'],
    [2076, '2076-04-17'],
    [2100, '2100-03-26'],
  ])('have Good Friday of %i on %s', (year, goodFriday) => {
    expect(bankHolidays(year)).toContain(goodFriday);
  });
});

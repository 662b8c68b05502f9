import { describe, expect, it } from '@jest/globals';
import { Formats } from './formats.js';
import { dirOf, Translations } from './translations.js';

const english = new Formats('en-GB');
const words = new Translations({ strict: true }).in('en-GB');

describe('formats', () => {
  it.each([
    [450, '£4.50'],
    [500, '£5.00'],
    [145_000, '£1,450.00'],
    [-1, '-£0.01'],
  ])('writes %d pence as %s', (pence, text) => expect(english.pence(pence)).toBe(text));

  it('writes days in full, in London', () => {
    expect(english.longDate('2026-11-21')).toBe('21 November 2026');
    expect(english.longDate(new Date('2026-06-30T23:30:00Z'))).toBe('1 July 2026');
    expect(english.weekdayDate('2026-11-21')).toBe('Saturday 21 November 2026');
    expect(english.monthYear('2028-11-20')).toBe('Nov 2028');
  });

  it.each([
    ['14:30', '2:30pm'],
    ['14:00', '2pm'],
    ['00:05', '12:05am'],
    ['12:00', '12 noon'],
    ['00:00', 'midnight'],
    ['12:30', '12:30pm'],
    ['09:12', '9:12am'],
    [new Date('2026-07-01T13:30:00Z'), '2:30pm'],
  ])('says the time %s as %s', (time, text) => expect(english.clockTime(time)).toBe(text));

  it('joins a day and a time', () => {
    expect(words.dateTime(new Date('2026-11-21T14:30:00Z'))).toBe('21 November 2026 at 2:30pm');
  });

  it.each([
    [[1, 2, 3, 4], 'Monday to Thursday'],
    [[5, 1, 3], 'Monday, Wednesday and Friday'],
    [[6, 7], 'Saturday and Sunday'],
    [[1, 2, 3, 6], 'Monday to Wednesday and Saturday'],
    [[1, 2, 3, 4, 5, 6, 7], 'every day'],
  ])('names the days %j as %s', (days, text) => expect(words.dayNames(days)).toBe(text));

  it('joins lists with and, or with or', () => {
    expect(english.list(['bread', 'milk', 'tea'])).toBe('bread, milk and tea');
    expect(english.list(['bread', 'milk'], 'or')).toBe('bread or milk');
  });

  it.each(['fa', 'bn', 'ar'])('keeps years and figures readable in a shop in %s', (locale) => {
    expect(new Formats(locale).longDate('2026-11-21')).toContain('2026');
    expect(new Formats(locale).number(1234)).toMatch(/1.?234/);
  });

  it('refuses what is no date', () => {
    expect(() => english.longDate('soon')).toThrow(RangeError);
  });
});

describe('translations', () => {
  it('tell of a key without words', () => {
    expect(() => words.t('pages:nothing.here')).toThrow('pages:nothing.here');
    expect(new Translations().in('en-GB').t('pages:nothing.here')).toContain('nothing.here');
  });

  it('fall back to British English for a language without a catalogue', () => {
    expect(new Translations({ strict: true }).in('pl').t('pages:continue')).toBe('Continue');
  });

  it('do not read placeholders out of what a person typed', () => {
    expect(words.t('pages:card.valid-until', { date: '$t(pages:continue) {{date}}' })).toBe(
      'Valid until $t(pages:continue) {{date}}',
    );
  });

  it('wrap and accent everything but placeholders and markup in the pseudo-locale', () => {
    const pseudo = new Translations({ strict: true }).in('en-XA');
    expect(pseudo.t('pages:card.valid-until', { date: 'X' })).toBe('⟦Váļíð úñţíļ X⟧');
    expect(pseudo.t('pages:problem.call-html', { phone: '01632', link: 'tel:01632' })).toContain(
      '<a class="govuk-link" href="tel:01632">',
    );
  });

  it('know which way a language is written', () => {
    expect([dirOf('ur'), dirOf('ar-EG'), dirOf('en-GB'), dirOf('pl')]).toEqual(['rtl', 'rtl', 'ltr', 'ltr']);
  });

  it('find the room of a problem', () => {
    const translations = new Translations();
    expect(translations.roomOfProblem('form-expired')).toBe('pages');
    expect(translations.roomOfProblem('constructor')).toBeNull();
    expect(translations.roomOfProblem('../x')).toBeNull();
  });
});

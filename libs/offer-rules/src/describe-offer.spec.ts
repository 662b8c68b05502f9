import { describe, expect, it } from '@jest/globals';
import { createInstance } from 'i18next';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeOffer, offerReasons, renderOffer, type OfferTerms } from './index.js';

const catalogue = JSON.parse(readFileSync(join(import.meta.dirname, '../locales/en-GB.json'), 'utf8'));
const missing: string[] = [];
const words = createInstance();
await words.init({
  lng: 'en-GB',
  ns: ['offer-rules'],
  resources: { 'en-GB': { 'offer-rules': catalogue } },
  interpolation: { escapeValue: false },
  saveMissing: true,
  missingKeyHandler: (_languages, _namespace, key) => missing.push(key),
  missingInterpolationHandler: (_text, value) => missing.push(String(value)),
});
words.services.formatter?.add('pence', (pence) => `£${(Number(pence) / 100).toFixed(2)}`);
words.services.formatter?.add('longDate', (day) =>
  new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(String(day))),
);
words.services.formatter?.add(
  'clockTime',
  (time) => `${Number(String(time).slice(0, 2)) % 12 || 12}${String(time) < '12' ? 'am' : 'pm'}`,
);

const say = (terms: OfferTerms) => renderOffer(terms, (key, params) => words.t(`offer-rules:${key}`, params));
const tenPercent: OfferTerms = { kind: 'percentage', percent: 10, who: 'carer', how: 'in_person' };
const withTerms = (terms: Partial<OfferTerms>) =>
  say({ ...tenPercent, ...terms } as OfferTerms).conditions.slice(1, -1);

describe('the parts of a sentence', () => {
  it('are keys and values, with the title first', () => {
    expect(
      describeOffer({ ...tenPercent, days: [1, 2, 3, 4, 6], limits: { perCard: { count: 1, period: 'day' } } }),
    ).toEqual([
      { part: 'title', key: 'kind.percentage', params: { percent: 10 } },
      { part: 'condition', key: 'who.carer', params: {} },
      {
        part: 'condition',
        key: 'when.days',
        params: {
          days: [
            { key: 'day.range', params: { from: { key: 'day.1', params: {} }, to: { key: 'day.4', params: {} } } },
            { key: 'day.6', params: {} },
          ],
        },
      },
      { part: 'condition', key: 'limit.per_card.day', params: { count: 1 } },
      { part: 'condition', key: 'how.in_person', params: {} },
    ]);
  });

  it('say everything in one sentence after another', () => {
    const { sentence } = say({
      ...tenPercent,
      capPence: 500,
      who: 'carer_and_cared_for',
      minimumAge: 18,
      minimumHoursOfCaring: 20,
      minimumSpendPence: 1_000,
      excludes: 'alcohol.',
      days: [1, 2, 3, 4],
      times: [{ from: '09:00', to: '17:00' }],
      startsOn: '2026-12-01',
      endsOn: '2027-02-28',
      excludedDates: ['2026-12-24', '2026-12-31'],
      excludesBankHolidays: true,
      branchIds: ['a', 'b'],
      limits: { perCard: { count: 2, period: 'month' }, perDay: 20, total: 500 },
      staleListDays: 7,
    });
    expect(sentence).toBe(
      '10% off. For the carer and the person they look after. You must be 18 or over. ' +
        'You must care for at least 20 hours a week. Spend £10.00 or more. Saves you up to £5.00 each time. ' +
        'Does not include alcohol. Monday to Thursday, 9am to 5pm only. ' +
        'From 1 December 2026 to 28 February 2027. Not on 24 December 2026 and 31 December 2026. ' +
        'Not on bank holidays. At 2 branches only. Up to 2 times a month for each card. ' +
        'Given 20 times a day, to those who come first. Given 500 times in all, to those who come first. ' +
        'Show your card when you pay.',
    );
  });

  it.each<[OfferTerms, string]>([
    [{ kind: 'amount_off', amountPence: 250, who: 'carer', how: 'in_person' }, '£2.50 off'],
    [{ kind: 'fixed_price', pricePence: 500, who: 'carer', how: 'in_person' }, 'A fixed price of £5.00'],
    [{ kind: 'fixed_price', pricePence: 500, item: 'Lunch', who: 'carer', how: 'in_person' }, 'Lunch for £5.00'],
    [{ kind: 'free_item', item: 'tea & cake', who: 'carer', how: 'in_person' }, 'Free tea & cake'],
    [{ kind: 'service', service: 'A quiet hour.', who: 'carer', how: 'in_person' }, 'A quiet hour'],
  ])('begin with the value: %j', (terms, title) => {
    expect(say(terms).title).toBe(title);
  });

  it.each<[number[], string | undefined]>([
    [[1], 'Monday only.'],
    [[1, 2], 'Monday and Tuesday only.'],
    [[1, 2, 3, 4, 5], 'Monday to Friday only.'],
    [[1, 3, 5], 'Monday, Wednesday and Friday only.'],
    [[1, 2, 4, 5, 6], 'Monday, Tuesday and Thursday to Saturday only.'],
    [[6, 7], 'Saturday and Sunday only.'],
    [[1, 7], 'Monday and Sunday only.'],
    [[1, 6, 7], 'Saturday to Monday only.'],
    [[1, 2, 4, 6, 7], 'Thursday and Saturday to Tuesday only.'],
    [[1, 2, 3, 4, 5, 6, 7], undefined],
  ])('put days %j into words', (days, sentence) => {
    expect(withTerms({ days })[0]).toBe(sentence);
  });

  it.each<[string, string, string]>([
    ['09:00', '17:00', 'From 9am to 5pm only.'],
    ['00:00', '06:00', 'From midnight to 6am only.'],
    ['18:00', '00:00', 'From 6pm to midnight only.'],
    ['22:00', '02:00', 'From 10pm to 2am the next day only.'],
  ])('put %s to %s into words', (from, to, sentence) => {
    expect(withTerms({ times: [{ from, to }] })).toEqual([sentence]);
  });

  it.each<[Partial<OfferTerms>, string]>([
    [{ startsOn: '2026-12-01' }, 'From 1 December 2026.'],
    [{ endsOn: '2026-12-01' }, 'The last day is 1 December 2026.'],
    [{ startsOn: '2028-02-29', endsOn: '2028-02-29' }, 'On 29 February 2028 only.'],
    [{ excludedDates: ['2026-12-24'] }, 'Not on 24 December 2026.'],
    [{ excludedDates: ['2026-12-24', '2026-12-25'] }, 'Not on 24 December 2026 and 25 December 2026.'],
    [
      { excludedDates: ['2026-12-24', '2026-12-30', '2026-12-31', '2027-01-01'] },
      'Not on these dates: 24 December 2026 and 30 December 2026 to 1 January 2027.',
    ],
    [{ branchIds: ['a'] }, 'At one branch only.'],
    [{ minimumHoursOfCaring: 1 }, 'You must care for at least 1 hour a week.'],
    [{ limits: { perCard: { count: 1, period: 'day' } } }, 'Once a day for each card.'],
    [{ limits: { perCard: { count: 1, period: 'week' } } }, 'Once a week for each card.'],
    [{ limits: { perCard: { count: 3, period: 'year' } } }, 'Up to 3 times a year for each card.'],
    [{ limits: { perCard: { count: 1, period: 'ever' } } }, 'Once for each card.'],
    [{ limits: { perDay: 1 } }, 'Given once a day, to whoever comes first.'],
    [{ limits: { total: 1 } }, 'Given once, to whoever comes first.'],
  ])('put %j into words', (terms, sentence) => {
    expect(withTerms(terms)).toEqual([sentence]);
  });

  it('say how to use the offer and whom it covers', () => {
    expect(say({ ...tenPercent, who: 'household', how: 'online_code' }).conditions).toEqual([
      'For everyone who lives with the carer.',
      'Use the code from this offer when you pay online.',
    ]);
    expect(say({ ...tenPercent, how: 'phone' }).conditions[1]).toBe('Say that you have a carers card when you phone.');
  });

  it('find every key and value in the catalogue, and words for each reason', () => {
    for (const reason of offerReasons) expect(words.exists(`offer-rules:reason.${reason}`)).toBe(true);
    expect(missing).toEqual([]);
  });
});

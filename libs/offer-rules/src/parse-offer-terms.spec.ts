import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseOfferTerms } from './index.js';

const catalogue = JSON.parse(readFileSync(join(import.meta.dirname, '../locales/en-GB.json'), 'utf8'));
const simple = { kind: 'percentage', percent: 10, who: 'carer', how: 'in_person' };

function refusals(value: unknown): string[] {
  const parsed = parseOfferTerms(value);
  if (parsed.ok) return [];
  for (const { code } of parsed.errors) expect(Object.keys(catalogue.refused)).toContain(code);
  return parsed.errors.map(({ field, code }) => `${field} ${code}`);
}

describe('terms that will do', () => {
  it('come back typed, cleaned and in order', () => {
    expect(
      parseOfferTerms({
        ...simple,
        capPence: 500,
        excludes: '  alcohol ',
        days: [6, 1],
        excludedDates: ['2026-12-31', '2026-12-24'],
        minimumAge: null,
        limits: { perDay: null, total: 100 },
      }),
    ).toEqual({
      ok: true,
      terms: {
        ...simple,
        capPence: 500,
        excludes: 'alcohol',
        days: [1, 6],
        excludedDates: ['2026-12-24', '2026-12-31'],
        limits: { total: 100 },
      },
    });
  });

  it.each([
    { kind: 'amount_off', amountPence: 500 },
    { kind: 'fixed_price', pricePence: 500 },
    { kind: 'fixed_price', pricePence: 500, item: 'Lunch' },
    { kind: 'free_item', item: 'tea' },
    { kind: 'service', service: 'A quiet hour' },
  ])('may be of the kind $kind', (value) => {
    expect(parseOfferTerms({ ...value, who: 'household', how: 'phone' }).ok).toBe(true);
  });

  it.each([
    [
      'openings that touch',
      {
        times: [
          { from: '09:00', to: '12:00' },
          { from: '12:00', to: '14:00' },
        ],
      },
    ],
    ['an opening until midnight', { times: [{ from: '18:00', to: '00:00' }] }],
    ['29 February of a leap year', { endsOn: '2028-02-29' }],
    ['one single day', { startsOn: '2026-12-01', endsOn: '2026-12-01' }],
    ['a fresh list only', { staleListDays: 0 }],
    ['a null for a value of another kind', { amountPence: null }],
  ])('may have %s', (_what, terms) => {
    expect(refusals({ ...simple, ...terms })).toEqual([]);
  });
});

describe('terms that will not do', () => {
  it.each([null, undefined, 7, 'text', [], [simple]])('are not an object: %p', (value) => {
    expect(refusals(value)).toEqual([' not_an_object']);
  });

  it('name every field that is wrong at once', () => {
    expect(refusals({ kind: 'percentage', percent: 0, who: 'anyone', minimumAge: 'old' })).toEqual([
      'percent too_small',
      'who not_a_choice',
      'how missing',
      'minimumAge not_whole_number',
    ]);
  });

  const badTimes = (...pairs: [string, string][]) => ({ times: pairs.map(([from, to]) => ({ from, to })) });

  it.each<[string, Record<string, unknown>]>([
    ['kind not_a_choice', { kind: 'gift' }],
    ['kind not_a_choice', { kind: 'toString' }],
    ['percent too_large', { percent: 101 }],
    ['percent not_whole_number', { percent: 12.5 }],
    ['percent not_whole_number', { percent: '10' }],
    ['percent missing', { percent: null }],
    ['amountPence not_for_this_kind', { amountPence: 5 }],
    ['colour unknown_field', { colour: 'red' }],
    ['limits.perHour unknown_field', { limits: { perHour: 1 } }],
    ['capPence too_small', { capPence: 0 }],
    ['minimumSpendPence too_large', { minimumSpendPence: 10_000_001 }],
    ['excludes missing', { excludes: '   ' }],
    ['excludes missing', { excludes: '...' }],
    ['excludes too_long', { excludes: 'a'.repeat(201) }],
    ['excludes unfit_character', { excludes: 'one\u0000two' }],
    ['excludes unfit_character', { excludes: 'one\ntwo' }],
    ['excludes unfit_character', { excludes: 'half \ud83d' }],
    ['excludes unfit_character', { excludes: 'turned \u202eround' }],
    ['excludes not_text', { excludes: 7 }],
    ['days not_a_list', { days: 'Monday' }],
    ['days empty', { days: [] }],
    ['days too_many', { days: [1, 2, 3, 4, 5, 6, 7, 1] }],
    ['days.1 repeated', { days: [3, 3] }],
    ['days.0 too_small', { days: [0] }],
    ['days.1 too_large', { days: [7, 8] }],
    ['times empty', { times: [] }],
    ['times.0.from not_a_time', badTimes(['24:00', '02:00'])],
    ['times.0.to not_a_time', badTimes(['09:00', '9:30'])],
    ['times.0.to same_as_from', badTimes(['09:00', '09:00'])],
    ['times.1 overlaps', badTimes(['09:00', '12:00'], ['11:59', '14:00'])],
    ['times.1 overlaps', badTimes(['22:00', '02:00'], ['01:00', '03:00'])],
    ['times.1 overlaps', badTimes(['01:00', '03:00'], ['22:00', '02:00'])],
    ['times.1 repeated', badTimes(['09:00', '12:00'], ['09:00', '12:00'])],
    ['startsOn not_a_date', { startsOn: '2027-02-29' }],
    ['startsOn not_a_date', { startsOn: '01/02/2027' }],
    ['endsOn not_a_date', { endsOn: '2026-13-01' }],
    ['endsOn before_start', { startsOn: '2026-12-02', endsOn: '2026-12-01' }],
    ['endsOn never_usable', { startsOn: '2026-11-16', endsOn: '2026-11-20', days: [6, 7] }],
    ['endsOn never_usable', { startsOn: '2026-12-25', endsOn: '2026-12-25', excludesBankHolidays: true }],
    ['endsOn never_usable', { startsOn: '2026-03-29', endsOn: '2026-03-29', ...badTimes(['01:00', '02:00']) }],
    ['excludedDates.0 not_a_date', { excludedDates: ['Christmas'] }],
    ['excludesBankHolidays not_true_or_false', { excludesBankHolidays: 'yes' }],
    ['branchIds empty', { branchIds: [] }],
    ['branchIds.1 repeated', { branchIds: ['a', 'a'] }],
    ['limits not_an_object', { limits: 3 }],
    ['limits.perCard.period missing', { limits: { perCard: { count: 1 } } }],
    ['limits.perCard.count too_small', { limits: { perCard: { count: 0, period: 'day' } } }],
    ['limits.perDay more_than_total', { limits: { perDay: 11, total: 10 } }],
    ['limits.perCard.count more_than_total', { limits: { perCard: { count: 11, period: 'year' }, total: 10 } }],
    ['limits.perCard.count more_than_per_day', { limits: { perCard: { count: 3, period: 'day' }, perDay: 2 } }],
    ['minimumAge too_large', { minimumAge: 121 }],
    ['minimumHoursOfCaring too_large', { minimumHoursOfCaring: 169 }],
    ['staleListDays too_small', { staleListDays: -1 }],
  ])('%s', (refusal, terms) => {
    expect(refusals({ ...simple, ...terms })).toEqual([refusal]);
  });

  it('have a cap although they are no percentage', () => {
    const terms = { kind: 'amount_off', amountPence: 500, capPence: 100, who: 'carer', how: 'in_person' };
    expect(refusals(terms)).toEqual(['capPence not_for_this_kind']);
  });

  it('cannot smuggle anything in by odd names or holes', () => {
    expect(refusals(JSON.parse(`{"__proto__": {"kind": "service"}}`))).toEqual(['kind not_a_choice']);
    expect(refusals({ ...simple, ...JSON.parse('{"constructor": 1}') })).toEqual(['constructor unknown_field']);
    expect(refusals({ ...simple, days: [, 1] })).toEqual(['days.0 not_whole_number']);
  });

  it('name only a few of very many unknown fields', () => {
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`field${index}`.padEnd(90, 'x'), 1]));
    const found = refusals({ ...simple, ...many });
    expect(found).toHaveLength(10);
    expect(Math.max(...found.map((each) => each.length))).toBeLessThan(60);
  });
});

import { describe, expect, it } from '@jest/globals';
import { addDays } from '@carers/kernel';
import { howUsed, limitPeriods, parseOfferTerms, whoCovered } from '@carers/offer-rules';
import { readForm } from '@carers/pages';
import fc from 'fast-check';
import { OfferForm, offerFormOf } from './offer-form.js';
import { readMoney, readTime } from './offer-form-values.js';

const time = fc.integer({ min: 0, max: 95 }).map((quarter) => {
  const [hour, minute] = [Math.floor(quarter / 4), (quarter % 4) * 15];
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
});
const date = fc.integer({ min: 0, max: 800 }).map((day) => addDays('2026-11-21', day));
const [pence, count] = [fc.integer({ min: 1, max: 10_000_000 }), fc.integer({ min: 1, max: 50 })];
/** Terms as far as the form has boxes for them. */
const anyTerms = fc
  .record(
    {
      kind: fc.constant('percentage'),
      percent: fc.integer({ min: 1, max: 100 }),
      capPence: pence,
      who: fc.constantFrom(...whoCovered),
      how: fc.constantFrom(...howUsed),
      minimumSpendPence: pence,
      excludes: fc.constantFrom('alcohol', 'gift cards & tobacco'),
      days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 6 }),
      times: fc.array(fc.record({ from: time, to: time }), { minLength: 1, maxLength: 3 }),
      startsOn: date,
      endsOn: date,
      excludedDates: fc.uniqueArray(date, { minLength: 1, maxLength: 40 }),
      excludesBankHolidays: fc.constant(true),
      branchIds: fc.constant(['00000000-0000-4000-8000-000000000001']),
      limits: fc.record(
        { perCard: fc.record({ count, period: fc.constantFrom(...limitPeriods) }), perDay: count, total: count },
        { requiredKeys: ['total'] },
      ),
      minimumAge: fc.integer({ min: 1, max: 120 }),
      minimumHoursOfCaring: fc.integer({ min: 1, max: 168 }),
      staleListDays: fc.integer({ min: 0, max: 365 }),
    },
    { requiredKeys: ['kind', 'percent', 'who', 'how'] },
  )
  .map((given) => parseOfferTerms(given))
  .filter((parsed) => parsed.ok)
  .map(({ terms }) => terms);

const plain = { kind: 'percentage', percent: '10', who: 'carer', how: 'in_person' };

describe('the offer form', () => {
  it('makes terms of what was typed', async () => {
    const { value } = await readForm(OfferForm, {
      ...plain,
      percent: '15%',
      what: ' your  meal ',
      days: ['1', '2'],
      'times.0.from': '9am',
      'times.0.to': '2.30pm',
      'times.1.from': '',
      'times.1.to': '',
      minimumSpend: '£12.50',
      'endsOn-day': '1',
      'endsOn-month': 'march',
      'endsOn-year': '2027',
      limitCount: '1',
      limitPeriod: 'week',
      excludesBankHolidays: 'yes',
    });
    expect(value).toEqual({
      subject: 'your meal',
      terms: {
        kind: 'percentage',
        percent: 15,
        who: 'carer',
        how: 'in_person',
        minimumSpendPence: 1250,
        days: [1, 2],
        times: [{ from: '09:00', to: '14:30' }],
        endsOn: '2027-03-01',
        excludesBankHolidays: true,
        limits: { perCard: { count: 1, period: 'week' } },
      },
    });
  });

  it('shows again what it made, and reads it the same', async () => {
    const { value } = await readForm(OfferForm, {
      ...plain,
      kind: 'free_item',
      what: 'tea',
      days: ['6'],
      limitTotal: '9',
    });
    const again = await readForm(OfferForm, { ...offerFormOf(value!) });
    expect(again.value).toEqual(value);
  });

  it('takes every term that an owner can decide, and shows it again', async () => {
    const { value } = await readForm(OfferForm, {
      ...plain,
      'times.0.from': '10pm',
      'times.0.to': '2am',
      'times.1.from': '9am',
      'times.1.to': 'noon',
      'times.2.from': '2pm',
      'times.2.to': '5pm',
      excludedDates: '24–26 December 2026\n31/12/2026',
      stale: 'days',
      staleDays: '7',
    });
    expect(value!.terms).toMatchObject({
      times: [
        { from: '22:00', to: '02:00' },
        { from: '09:00', to: '12:00' },
        { from: '14:00', to: '17:00' },
      ],
      excludedDates: ['2026-12-24', '2026-12-25', '2026-12-26', '2026-12-31'],
      staleListDays: 7,
    });
    expect((await readForm(OfferForm, { ...offerFormOf(value!) })).value).toEqual(value);
    const staleOf = async (form: object) =>
      (await readForm(OfferForm, { ...plain, ...form })).value?.terms.staleListDays;
    expect(await staleOf({ stale: 'never' })).toBe(0);
    // What was typed beside another choice does not count.
    expect(await staleOf({ stale: 'any', staleDays: '7' })).toBeUndefined();
    expect(await staleOf({ staleDays: '7' })).toBeUndefined();
  });

  it('shows any terms so that they are read the same', async () => {
    await fc.assert(
      fc.asyncProperty(anyTerms, async (terms) => {
        const { value } = await readForm(OfferForm, { ...offerFormOf({ subject: null, terms }) });
        expect(value?.terms).toEqual(terms);
      }),
      { numRuns: 200 },
    );
  });

  it('names the box that is wrong', async () => {
    const wrong = async (form: object) => (await readForm(OfferForm, form)).errors?.map(({ field }) => field);
    expect(await wrong({})).toEqual(['kind', 'who', 'how']);
    expect(await wrong({ ...plain, percent: '' })).toEqual(['percent']);
    expect(await wrong({ ...plain, percent: 'ten' })).toEqual(['percent']);
    expect(await wrong({ ...plain, percent: '101' })).toEqual(['percent']);
    expect(await wrong({ ...plain, kind: 'free_item', percent: '' })).toEqual(['what']);
    expect(await wrong({ ...plain, 'times.0.from': '9am' })).toEqual(['times.0.to']);
    expect(await wrong({ ...plain, 'endsOn-day': '31', 'endsOn-month': '2', 'endsOn-year': '2027' })).toEqual([
      'endsOn',
    ]);
    expect(await wrong({ ...plain, where: 'some' })).toEqual(['branchIds']);
    expect(await wrong({ ...plain, excludedDates: 'Christmas' })).toEqual(['excludedDates']);
    expect(await wrong({ ...plain, excludedDates: 'x'.repeat(5000) })).toEqual(['excludedDates']);
    for (const hours of ['0', '169', '2.5', 'many'])
      expect(await wrong({ ...plain, minimumHoursOfCaring: hours })).toEqual(['minimumHoursOfCaring']);
    expect(await wrong({ ...plain, stale: 'days' })).toEqual(['staleDays']);
    expect(await wrong({ ...plain, stale: 'days', staleDays: '366' })).toEqual(['staleDays']);
    expect(await wrong({ ...plain, stale: 'sometimes' })).toEqual(['stale']);
  });

  it('keeps amounts out of the subject, so that it cannot contradict the terms', async () => {
    const { errors } = await readForm(OfferForm, { ...plain, what: 'everything, really 20%' });
    expect(errors).toMatchObject([{ field: 'what', message: 'offers:errors.subject-amount' }]);
  });

  it('reads money and times as people write them', () => {
    expect(['£4.50', '4.5', '1,200', '50p', '0'].map(readMoney)).toEqual([450, 450, 120_000, 50, 0]);
    expect(['-1', '1.234', 'ten', '', '£'].map(readMoney)).toEqual([null, null, null, null, null]);
    expect(['2:30pm', '14.30', '12am', '12pm', 'noon', '9 AM'].map(readTime)).toEqual([
      '14:30',
      '14:30',
      '00:00',
      '12:00',
      '12:00',
      '09:00',
    ]);
    expect(['25:00', '13pm', '9', '9:60', 'late'].map(readTime)).toEqual([null, null, null, null, null]);
  });
});

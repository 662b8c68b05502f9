import { describe, expect, it } from '@jest/globals';
import { readForm } from '@carers/pages';
import fc from 'fast-check';
import { terms } from '../../offer-rules/src/any-offer.fixture.js';
import { OfferForm, offerFormOf } from './offer-form.js';
import { readMoney, readTime } from './offer-form-values.js';

const uuid = (place: number) => `00000000-0000-4000-8000-${String(place).padStart(12, '0')}`;
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

  it('loses nothing of any terms but what it has no box for', async () => {
    await fc.assert(
      fc.asyncProperty(terms, async (given) => {
        const asked = { ...given, ...(given.branchIds && { branchIds: given.branchIds.map((_, at) => uuid(at)) }) };
        const { value } = await readForm(OfferForm, { ...offerFormOf({ subject: null, terms: asked }) });
        // What says nothing is left out.
        if (asked.excludesBankHolidays === false) delete asked.excludesBankHolidays;
        if (asked.days?.length === 7) delete asked.days;
        if (asked.limits && Object.keys(asked.limits).length === 0) delete asked.limits;
        expect(value?.terms).toEqual(asked);
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

import { describe, expect, it } from '@jest/globals';
import { readForm } from '@carers/pages';
import { OfferForm, offerFormOf } from './offer-form.js';
import { readMoney, readTime } from './offer-form-values.js';

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

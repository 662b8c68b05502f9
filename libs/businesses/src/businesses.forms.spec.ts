import { describe, expect, it } from '@jest/globals';
import { readForm } from '@carers/pages';
import { aboutForm, accessForm, contactForm, filterQuery, placeForm, termsForm } from './businesses.forms.js';

const person = { contactName: 'Jo Marsh', contactEmail: ' Jo@Example.org ' };

async function errorsOf(form: Parameters<typeof readForm>[0], body: object) {
  return (await readForm(form, body)).errors?.map(({ field, message }) => `${field} ${message}`);
}

describe('a telephone number', () => {
  it.each([
    ['01632960001', '01632 960001'],
    ['+44 7700 900 123', '07700 900123'],
    ['0044 1632 960001', '01632 960001'],
    ['+353 1 800 0000', '+353 1 800 0000'],
    ['', null],
    ['   ', null],
  ])('%s is kept as %s', async (typed, kept) => {
    const { value } = await readForm(contactForm, { ...person, contactPhone: typed });
    expect(value?.contactPhone).toBe(kept);
  });

  it.each(['123', 'ring me', '0'.repeat(60), '01632\u0007960001'])('%j is refused', async (typed) => {
    expect(await errorsOf(contactForm, { ...person, contactPhone: typed })).toEqual([
      'contactPhone businesses:errors.phone-not-valid',
    ]);
  });
});

describe('a website', () => {
  it.each([
    ['example.org', 'https://example.org/'],
    ['example.org:8443/offers', 'https://example.org:8443/offers'],
    ['http://Example.org/a b', 'http://example.org/a%20b'],
    ['', null],
  ])('%s is kept as %s', async (typed, kept) => {
    const { value } = await readForm(aboutForm, { website: typed });
    expect(value?.website).toBe(kept);
  });

  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'localhost',
    'https://',
    'https://me:secret@example.org',
    `a.${'b'.repeat(300)}`,
  ])('%s is refused', async (typed) => {
    expect(await errorsOf(aboutForm, { website: typed })).toEqual(['website businesses:errors.website-not-valid']);
  });
});

describe('the forms of joining', () => {
  it('ask for a name and an e-mail address that can be one', async () => {
    expect(await errorsOf(contactForm, {})).toEqual([
      'contactName businesses:errors.contact-name-missing',
      'contactEmail businesses:errors.email-missing',
    ]);
    expect(await errorsOf(contactForm, { ...person, contactEmail: 'jo at example' })).toEqual([
      'contactEmail businesses:errors.email-not-valid',
    ]);
    expect((await readForm(contactForm, person)).value?.contactEmail).toBe('Jo@Example.org');
  });

  it('take a leaflet code in any spacing', async () => {
    expect((await readForm(aboutForm, { leafletCode: 'ab-12 cd' })).value?.leafletCode).toBe('AB12CD');
  });

  it('need a street and a postcode', async () => {
    expect(await errorsOf(placeForm, { line1: ' ' })).toEqual([
      'line1 businesses:errors.street-missing',
      'postcode businesses:errors.postcode-missing',
    ]);
  });

  it('take no fact, one or several, and none that is not in the list', async () => {
    expect((await readForm(accessForm, {})).value).toEqual({ accessibility: [] });
    expect((await readForm(accessForm, { accessibility: 'parking' })).value).toEqual({ accessibility: ['parking'] });
    expect(await errorsOf(accessForm, { accessibility: ['helipad'] })).toHaveLength(1);
  });

  it('need a yes to the terms', async () => {
    expect(await errorsOf(termsForm, { version: '2026-1' })).toEqual(['agree businesses:errors.terms-missing']);
  });
});

describe('the filter of the staff', () => {
  it('drops what makes no sense', () => {
    expect(filterQuery.parse({ status: 'nonsense', after: '1; DROP', name: ['a', 'b'] })).toEqual({
      status: null,
      after: null,
      name: null,
    });
  });
});
